package dev.plumbline.host.cli;

import dev.plumbline.host.gateway.HostSecurity;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who may reach what {@code serve} serves, and over what. */
final class ServeSecurityOptions {
  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "This host's certificate for TLS with its chain, in PEM; needs --key.")
  private Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The certificate's private key, unencrypted PKCS #8 in PEM.")
  private Path key;

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = "CAs in PEM whose certificates may see the pages and call joined agents.")
  private Path clientCa;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Lines of a name and the SHA-256 of a token that may do the same.")
  private Path tokenFile;

  @Option(
      names = "--join-client-ca",
      paramLabel = "FILE",
      description = "CAs in PEM whose certificates may join, each under its own common name.")
  private Path joinClientCa;

  @Option(
      names = "--join-token-file",
      paramLabel = "FILE",
      description = "Lines of an agent's name and the SHA-256 of its token.")
  private Path joinTokenFile;

  HostSecurity.Files files() {
    return new HostSecurity.Files(
        Optional.ofNullable(certificate),
        Optional.ofNullable(key),
        Optional.ofNullable(clientCa),
        Optional.ofNullable(tokenFile),
        Optional.ofNullable(joinClientCa),
        Optional.ofNullable(joinTokenFile));
  }
}
