package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** The first byte of a regular file, or -1 of an empty one. */
  static int first(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read();
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }
}
