package dev.plumbline.agent.join;

import dev.plumbline.agent.security.DeviceName;
import dev.plumbline.agent.security.DialledTls;
import dev.plumbline.agent.security.OwnToken;
import dev.plumbline.agent.security.UnusableFileException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The agent's options for dialling a host. */
public final class JoinOptions {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)\\]|([^\\s/:\\[\\]]+)):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT",
      description =
          "Dial this host ('plumbline serve' there) and work for it; the agent then listens only"
              + " if --port is given too.")
  private String join;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The agent's name at the host that it joins (default: this device's name).")
  private String name;

  @Option(
      names = "--join-ca",
      paramLabel = "FILE",
      description = "CAs in PEM of the host's certificate (default: Java's own).")
  private Path ca;

  @Option(
      names = "--join-certificate",
      paramLabel = "FILE",
      description = "The agent's client certificate for the host, in PEM; needs --join-key.")
  private Path certificate;

  @Option(
      names = "--join-key",
      paramLabel = "FILE",
      description = "The certificate's private key, unencrypted PKCS #8 in PEM.")
  private Path key;

  @Option(
      names = "--join-token-file",
      paramLabel = "FILE",
      description = "A file with the agent's token for the host.")
  private Path tokenFile;

  /**
   * Which host is to be joined, if any.
   *
   * @throws UnusableFileException if the options say nothing sensible, or a file cannot be used
   */
  public Optional<JoinSettings> read() throws UnusableFileException {
    if (join == null) {
      requireNothingElse();
      return Optional.empty();
    }
    Matcher address = ADDRESS.matcher(join.strip());
    int port = address.matches() ? Integer.parseInt(address.group(3)) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new UnusableFileException(
          "--join is '" + join + "'; expected HOST:PORT, such as 192.168.1.2:8080 or [::1]:8080");
    }
    if ((certificate == null) != (key == null)) {
      throw new UnusableFileException(
          "--join-"
              + (key == null ? "certificate" : "key")
              + " is given without --join-"
              + (key == null ? "key" : "certificate")
              + "; expected both");
    }
    if (tokenFile != null) {
      OwnToken.read(tokenFile);
    }
    // A token never goes over the wire in the clear.
    boolean tls = ca != null || certificate != null || tokenFile != null;
    return Optional.of(
        new JoinSettings(
            address.group(1) == null ? address.group(2) : address.group(1),
            port,
            checkedName(),
            tls
                ? Optional.of(
                    DialledTls.read(
                        Optional.ofNullable(ca),
                        Optional.ofNullable(certificate),
                        Optional.ofNullable(key)))
                : Optional.empty(),
            Optional.ofNullable(tokenFile)));
  }

  private void requireNothingElse() throws UnusableFileException {
    String stray =
        name != null
            ? "--name"
            : ca != null
                ? "--join-ca"
                : certificate != null
                    ? "--join-certificate"
                    : key != null ? "--join-key" : tokenFile != null ? "--join-token-file" : null;
    if (stray != null) {
      throw new UnusableFileException(
          stray + " is given without --join; expected --join HOST:PORT too");
    }
  }

  private String checkedName() throws UnusableFileException {
    String chosen = name;
    if (chosen == null) {
      try {
        chosen = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        throw new UnusableFileException(
            "this device's name is unknown; expected a name for the agent with --name", e);
      }
    }
    if (!DeviceName.is(chosen)) {
      throw new UnusableFileException(
          "the agent's name '"
              + chosen
              + "' cannot be used; expected "
              + DeviceName.FORM
              + ", with --name");
    }
    return chosen;
  }
}
