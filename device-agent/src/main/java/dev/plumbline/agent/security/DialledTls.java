package dev.plumbline.agent.security;

import io.grpc.util.AdvancedTlsX509KeyManager;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The agent's side of TLS where it dials; the files may change while it runs. */
public final class DialledTls {
  private final Optional<Watched<ClientAuthorities>> authorities;
  private final Optional<Watched<PemIdentity>> identity;

  private DialledTls(
      Optional<Watched<ClientAuthorities>> authorities, Optional<Watched<PemIdentity>> identity) {
    this.authorities = authorities;
    this.identity = identity;
  }

  /**
   * Reads the files.
   *
   * @param ca CAs of the host's certificate; Java's own if absent
   * @param certificate the agent's own, or absent; with {@code key}
   * @throws UnusableFileException if a file cannot be used
   */
  public static DialledTls read(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key)
      throws UnusableFileException {
    Optional<Watched<ClientAuthorities>> authorities = Optional.empty();
    if (ca.isPresent()) {
      List<Path> files = List.of(ca.get());
      authorities = Optional.of(new Watched<>(files, () -> ClientAuthorities.read(files)));
    }
    Optional<Watched<PemIdentity>> identity = Optional.empty();
    if (certificate.isPresent() && key.isPresent()) {
      identity =
          Optional.of(
              new Watched<>(
                  List.of(certificate.get(), key.get()),
                  () -> PemIdentity.read(certificate.get(), key.get())));
    }
    return new DialledTls(authorities, identity);
  }

  /** For one connection, by what the files say now; the host's name is checked. */
  public SslContextFactory.Client contextFactory() {
    SSLContext context;
    try {
      KeyManager[] keys = null;
      if (identity.isPresent()) {
        PemIdentity pair = identity.get().current();
        AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
        manager.updateIdentityCredentials(pair.chain().toArray(X509Certificate[]::new), pair.key());
        keys = new KeyManager[] {manager};
      }
      TrustManager[] trust =
          authorities.map(a -> new TrustManager[] {a.current().trust()}).orElse(null);
      context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("certificates that were checked cannot be used", e);
    }
    SslContextFactory.Client factory = new SslContextFactory.Client();
    factory.setSslContext(context);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setEndpointIdentificationAlgorithm("HTTPS");
    return factory;
  }
}
