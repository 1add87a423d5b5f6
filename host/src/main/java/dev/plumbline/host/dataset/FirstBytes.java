package dev.plumbline.host.dataset;

import java.util.Arrays;
import java.util.HexFormat;

/** The first bytes of a file, for messages that say what was found. */
final class FirstBytes {
  private FirstBytes() {}

  /** Such as {@code "89 50 4e 47"}; {@code "nothing"} of an empty file. */
  static String of(byte[] content) {
    if (content.length == 0) {
      return "nothing";
    }
    byte[] first = Arrays.copyOf(content, Math.min(content.length, 8));
    return HexFormat.ofDelimiter(" ").formatHex(first);
  }
}
