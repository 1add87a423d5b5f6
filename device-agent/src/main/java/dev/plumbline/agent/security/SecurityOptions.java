package dev.plumbline.agent.security;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The agent's options for TLS, callers and the audit log. */
public final class SecurityOptions {
  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "The agent's certificate for TLS with its chain, in PEM; needs --key.")
  private Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The certificate's private key, unencrypted PKCS #8 in PEM.")
  private Path key;

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = "CAs in PEM whose client certificates may call.")
  private Path clientCa;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Lines of a name and the SHA-256 of a token that may call.")
  private Path tokenFile;

  @Option(
      names = "--audit-log",
      paramLabel = "FILE",
      description = "JSON Lines of who put which model are added to it.")
  private Path auditLog;

  /**
   * Reads what the options name.
   *
   * @throws UnusableFileException if a file cannot be used, or they do not protect that address
   */
  public Security read(InetAddress host) throws UnusableFileException {
    if ((certificate == null) != (key == null)) {
      throw new UnusableFileException(
          "--"
              + (key == null ? "certificate" : "key")
              + " is given without --"
              + (key == null ? "key" : "certificate")
              + "; expected both");
    }
    if (certificate == null && clientCa != null) {
      throw new UnusableFileException(
          "--client-ca is given without TLS; expected --certificate and --key too");
    }
    if (certificate == null && tokenFile != null && !host.isLoopbackAddress()) {
      throw new UnusableFileException(
          "--token-file is given without TLS, so that anybody could read the tokens on the way;"
              + " expected --certificate and --key too");
    }
    Optional<Watched<ClientAuthorities>> authorities =
        clientCa == null
            ? Optional.empty()
            : Optional.of(
                new Watched<>(List.of(clientCa), () -> ClientAuthorities.read(List.of(clientCa))));
    Optional<Watched<Tokens>> tokens =
        tokenFile == null
            ? Optional.empty()
            : Optional.of(new Watched<>(List.of(tokenFile), () -> Tokens.read(tokenFile)));
    Optional<ServerTls> tls =
        certificate == null
            ? Optional.empty()
            : Optional.of(
                new ServerTls(
                    new Watched<>(
                        List.of(certificate, key), () -> PemIdentity.read(certificate, key)),
                    authorities));
    Security security =
        new Security(
            tls,
            new Callers("agent", authorities, tokens),
            auditLog == null ? AuditLog.none() : AuditLog.at(auditLog),
            tokens.isPresent());
    security.requireFor(host);
    return security;
  }
}
