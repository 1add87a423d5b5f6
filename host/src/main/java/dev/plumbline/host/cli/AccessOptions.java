package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.DeviceAccess;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the host comes to its devices; any of these means TLS. */
final class AccessOptions {
  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "CAs in PEM of the devices' certificates (default: Java's own).")
  private Path ca;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "This host's client certificate in PEM; needs --key.")
  private Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The certificate's private key, unencrypted PKCS #8 in PEM.")
  private Path key;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token that the devices ask for.")
  private Path tokenFile;

  DeviceAccess access() {
    if ((certificate == null) != (key == null)) {
      throw new BadInputException(
          "--"
              + (key == null ? "certificate" : "key")
              + " is given without --"
              + (key == null ? "key" : "certificate")
              + "; expected both");
    }
    return new DeviceAccess(
        Optional.ofNullable(ca),
        Optional.ofNullable(certificate).map(file -> new DeviceAccess.Identity(file, key)),
        Optional.ofNullable(tokenFile));
  }
}
