package dev.plumbline.agent.security;

import java.nio.charset.StandardCharsets;

/** The sentence of a gRPC status as its header carries it. */
public final class StatusText {
  private StatusText() {}

  /** Percent-encoded, as gRPC over HTTP/2 asks for {@code grpc-message}. */
  public static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b & 0xff));
      }
    }
    return encoded.toString();
  }
}
