package dev.plumbline.host.dataset;

import java.io.ByteArrayOutputStream;

/** What stands on a line of a pickle of protocol 0, which is text. */
final class PickleLine {
  private PickleLine() {}

  /**
   * A whole number; False is {@code 00} and True {@code 01}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long number(String line) {
    return Long.parseLong(line);
  }

  /**
   * A text of Python 2, quoted and with Python's escapes.
   *
   * @param line one byte of the file in each character
   * @throws IllegalArgumentException if it is not quoted, or an escape is cut off
   */
  static byte[] quoted(String line) {
    int end = line.length() - 1;
    if (end < 1 || line.charAt(0) != line.charAt(end) || "'\"".indexOf(line.charAt(0)) < 0) {
      throw new IllegalArgumentException("a text without quotes");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 1;
    while (at < end) {
      char c = line.charAt(at++);
      if (c != '\\') {
        bytes.write(c);
        continue;
      }
      char escaped = line.charAt(at++);
      switch (escaped) {
        case 'n' -> bytes.write('\n');
        case 'r' -> bytes.write('\r');
        case 't' -> bytes.write('\t');
        case 'a' -> bytes.write(7);
        case 'b' -> bytes.write('\b');
        case 'f' -> bytes.write('\f');
        case 'v' -> bytes.write(11);
        case '\\', '\'', '"' -> bytes.write(escaped);
        case 'x' -> {
          bytes.write(Integer.parseInt(line, at, at + 2, 16));
          at += 2;
        }
        default -> throw new IllegalArgumentException("an escape that Python does not write");
      }
    }
    return bytes.toByteArray();
  }

  /**
   * A text whose characters above 255 are written by their numbers.
   *
   * @param line one byte of the file in each character
   * @throws IllegalArgumentException if a number is cut off
   */
  static String unicode(String line) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at++);
      char kind = c == '\\' && at < line.length() ? line.charAt(at) : ' ';
      if (kind != 'u' && kind != 'U') {
        text.append(c);
        continue;
      }
      int digits = kind == 'u' ? 4 : 8;
      text.appendCodePoint(Integer.parseInt(line, at + 1, at + 1 + digits, 16));
      at += 1 + digits;
    }
    return text.toString();
  }
}
