package dev.plumbline.agent.security;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A server's side of TLS; certificate, key and CAs may change while it runs. */
public final class ServerTls {
  private final Watched<PemIdentity> identity;
  private final Optional<Watched<ClientAuthorities>> authorities;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;

  /** What {@link #keys} and {@link #trust} were given last. */
  private PemIdentity shown;

  private ClientAuthorities trusted;

  /**
   * @param authorities of client certificates, where clients are asked for them
   */
  public ServerTls(
      Watched<PemIdentity> identity, Optional<Watched<ClientAuthorities>> authorities) {
    this.identity = identity;
    this.authorities = authorities;
    try {
      this.trust =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(
                  AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
              .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has X.509", e);
    }
    refresh();
  }

  /** Looks whether a file has changed; asked before each handshake. */
  public synchronized void refresh() {
    try {
      PemIdentity now = identity.current();
      if (now != shown) {
        keys.updateIdentityCredentials(now.chain().toArray(X509Certificate[]::new), now.key());
        shown = now;
      }
      if (authorities.isPresent()) {
        ClientAuthorities known = authorities.get().current();
        if (known != trusted) {
          trust.updateTrustCredentials(known.certificates().toArray(X509Certificate[]::new));
          trusted = known;
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("certificates that were checked cannot be used", e);
    }
  }

  /**
   * For Jetty.
   *
   * @param tokensWillDo whether a client may come without a certificate
   */
  public SslContextFactory.Server contextFactory(boolean tokensWillDo) {
    SSLContext context;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(context);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    if (authorities.isPresent()) {
      factory.setNeedClientAuth(!tokensWillDo);
      factory.setWantClientAuth(tokensWillDo);
    }
    return factory;
  }
}
