package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;

/**
 * Where an agent listens.
 *
 * @param host a name or an address; an IPv6 address stands without its brackets
 * @param port 1 to 65535
 */
public record DeviceAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  public DeviceAddress {
    if (host.isBlank() || port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("no address: host '" + host + "', port " + port);
    }
  }

  /**
   * Reads {@code HOST:PORT}, with an IPv6 address in brackets.
   *
   * @throws BadInputException if it is something else
   */
  public static DeviceAddress parse(String text) {
    String trimmed = text.trim();
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
    return new DeviceAddress(host, port);
  }

  private static BadInputException malformed(String text, String found) {
    return new BadInputException(
        "device address '"
            + text
            + "' "
            + found
            + "; expected HOST:PORT, such as 192.168.1.20:50051 or [::1]:50051");
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
