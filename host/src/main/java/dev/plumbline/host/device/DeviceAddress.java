package dev.plumbline.host.device;

import dev.plumbline.agent.security.DeviceName;
import dev.plumbline.host.BadInputException;
import java.util.Optional;

/**
 * Where an agent listens, or which host an agent has joined.
 *
 * @param host a name or an address; an IPv6 address stands without its brackets
 * @param port 1 to 65535
 * @param agent name of the agent at the host that it has joined; absent where it listens itself
 */
public record DeviceAddress(String host, int port, Optional<String> agent) {
  private static final int MAX_PORT = 65_535;

  public DeviceAddress {
    if (host.isBlank() || port < 1 || port > MAX_PORT || !agent.map(DeviceName::is).orElse(true)) {
      throw new IllegalArgumentException(
          "no address: host '" + host + "', port " + port + ", agent " + agent);
    }
  }

  /** Of an agent that listens. */
  public DeviceAddress(String host, int port) {
    this(host, port, Optional.empty());
  }

  /**
   * Reads {@code HOST:PORT} or {@code HOST:PORT/NAME}, with an IPv6 address in brackets.
   *
   * @throws BadInputException if it is something else
   */
  public static DeviceAddress parse(String text) {
    String whole = text.trim();
    int slash = whole.indexOf('/', Math.max(0, whole.lastIndexOf(':')));
    Optional<String> agent = slash < 0 ? Optional.empty() : Optional.of(whole.substring(slash + 1));
    String trimmed = slash < 0 ? whole : whole.substring(0, slash);
    int colon = trimmed.lastIndexOf(':');
    if (colon <= 0) {
      throw malformed(text, "has no port");
    }
    String host = trimmed.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw malformed(text, "has several colons");
    }
    if (host.isBlank() || host.chars().anyMatch(c -> Character.isWhitespace(c) || c == '/')) {
      throw malformed(text, "has no host name");
    }
    int port;
    try {
      port = Integer.parseInt(trimmed.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw malformed(text, "has a port that is no number");
    }
    if (port < 1 || port > MAX_PORT) {
      throw malformed(text, "has a port outside 1 to " + MAX_PORT);
    }
    if (!agent.map(DeviceName::is).orElse(true)) {
      throw malformed(text, "has no agent's name behind the slash");
    }
    return new DeviceAddress(host, port, agent);
  }

  private static BadInputException malformed(String text, String found) {
    return new BadInputException(
        "device address '"
            + text
            + "' "
            + found
            + "; expected HOST:PORT, such as 192.168.1.20:50051 or [::1]:50051, or HOST:PORT/NAME"
            + " for an agent that has joined that host");
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    String listening = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    return agent.map(name -> listening + "/" + name).orElse(listening);
  }
}
