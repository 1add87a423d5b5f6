package dev.plumbline.host.gateway;

import dev.plumbline.agent.security.Callers;
import dev.plumbline.agent.security.ClientAuthorities;
import dev.plumbline.agent.security.ConnectionBounds;
import dev.plumbline.agent.security.PemIdentity;
import dev.plumbline.agent.security.ServerTls;
import dev.plumbline.agent.security.Tokens;
import dev.plumbline.agent.security.UnusableFileException;
import dev.plumbline.agent.security.Watched;
import dev.plumbline.host.BadInputException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Who may reach the host's port, and over what; with the parts of which agents have theirs. */
public final class HostSecurity {
  private final Optional<ServerTls> tls;
  private final boolean certificatesAsked;
  private final boolean tokensWillDo;
  private final Callers callers;
  private final Optional<Callers> joiners;

  /**
   * What protects the host; all may be absent on loopback.
   *
   * @param certificate the host's own, with {@code key}
   * @param clientCa CAs of those who may see the pages and call joined agents
   * @param tokenFile tokens of those
   * @param joinClientCa CAs of agents that may join
   * @param joinTokenFile tokens of those
   */
  public record Files(
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> clientCa,
      Optional<Path> tokenFile,
      Optional<Path> joinClientCa,
      Optional<Path> joinTokenFile) {
    /** None at all. */
    public static Files none() {
      return new Files(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    private List<Path> authorities() {
      List<Path> files = new ArrayList<>();
      clientCa.ifPresent(files::add);
      joinClientCa.ifPresent(files::add);
      return files;
    }
  }

  private HostSecurity(Files files, InetAddress address) throws UnusableFileException {
    this.tls = tls(files);
    this.certificatesAsked = !files.authorities().isEmpty();
    this.callers = callers(files.clientCa(), files.tokenFile());
    Callers mayJoin = callers(files.joinClientCa(), files.joinTokenFile());
    this.joiners =
        mayJoin.askForSomething() || address.isLoopbackAddress()
            ? Optional.of(mayJoin)
            : Optional.empty();
    // Who shows a token, for whichever of the two, comes without a certificate.
    this.tokensWillDo =
        files.tokenFile().isPresent()
            || files.joinTokenFile().isPresent()
            || !callers.askForSomething()
            || joiners.map(j -> !j.askForSomething()).orElse(false);
  }

  /** For a host that this machine alone reaches. */
  public static HostSecurity none() {
    return read(Files.none(), InetAddress.getLoopbackAddress());
  }

  /**
   * Reads the files.
   *
   * @param address that the host listens on
   * @throws BadInputException if one cannot be used, or they do not protect that address
   */
  public static HostSecurity read(Files files, InetAddress address) {
    if (files.certificate().isPresent() != files.key().isPresent()) {
      throw new BadInputException(
          "of --certificate and --key one is given without the other; expected both");
    }
    boolean tls = files.certificate().isPresent();
    if (!tls && !files.authorities().isEmpty()) {
      throw new BadInputException(
          "client certificates are asked for without TLS; expected --certificate and --key too");
    }
    boolean asks = files.clientCa().isPresent() || files.tokenFile().isPresent();
    if (!address.isLoopbackAddress() && !(tls && asks)) {
      throw new BadInputException(
          "host '"
              + address.getHostAddress()
              + "' is no loopback address, and beyond loopback this listens only with TLS"
              + " (--certificate and --key) and with client certificates (--client-ca) or tokens"
              + " (--token-file); expected these or an address such as 127.0.0.1");
    }
    try {
      return new HostSecurity(files, address);
    } catch (UnusableFileException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  private static Optional<ServerTls> tls(Files files) throws UnusableFileException {
    if (files.certificate().isEmpty() || files.key().isEmpty()) {
      return Optional.empty();
    }
    Path certificate = files.certificate().get();
    Path key = files.key().get();
    Watched<PemIdentity> identity =
        new Watched<>(List.of(certificate, key), () -> PemIdentity.read(certificate, key));
    return Optional.of(new ServerTls(identity, authorities(files.authorities())));
  }

  private static Optional<Watched<ClientAuthorities>> authorities(List<Path> files)
      throws UnusableFileException {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(new Watched<>(files, () -> ClientAuthorities.read(files)));
  }

  private static Callers callers(Optional<Path> ca, Optional<Path> tokenFile)
      throws UnusableFileException {
    Optional<Watched<Tokens>> tokens = Optional.empty();
    if (tokenFile.isPresent()) {
      Path file = tokenFile.get();
      tokens = Optional.of(new Watched<>(List.of(file), () -> Tokens.read(file)));
    }
    return new Callers("host", authorities(ca.stream().toList()), tokens);
  }

  /** TLS for Jetty, or none where the host speaks in the clear. */
  public Optional<SslContextFactory.Server> tls() {
    return tls.map(t -> t.contextFactory(!certificatesAsked || tokensWillDo));
  }

  /** What listens to connections that come: it keeps TLS up to date and their number bounded. */
  public ConnectionBounds connections(int most) {
    return new ConnectionBounds(most, () -> tls.ifPresent(ServerTls::refresh));
  }

  /** Who may see the pages and call the agents that have joined. */
  public Callers callers() {
    return callers;
  }

  /** Who may join; absent where nobody may. */
  Optional<Callers> joiners() {
    return joiners;
  }
}
