package dev.plumbline.host.dataset;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Takes out of a PNG file what nobody asks for. A text or a colour profile of a few kilobytes may
 * unpack to gigabytes, and readers unpack it whether it is wanted or not.
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  // Length and type before the content, a checksum behind it.
  private static final int AROUND = 12;

  private PngChunks() {}

  /** What the pixels follow from. */
  static byte[] forPixels(byte[] png) {
    return only(png, Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND"));
  }

  /** What tells how the camera was held. */
  static byte[] forExif(byte[] png) {
    return only(png, Set.of("IHDR", "eXIf", "IEND"));
  }

  /** What is damaged stays at the end as it is, for the reader to say so. */
  private static byte[] only(byte[] png, Set<String> types) {
    ByteBuffer in = ByteBuffer.wrap(png);
    ByteArrayOutputStream out = new ByteArrayOutputStream(png.length);
    out.write(png, 0, SIGNATURE);
    int at = SIGNATURE;
    while (png.length - at >= AROUND) {
      int length = in.getInt(at);
      if (length < 0 || length > png.length - at - AROUND) {
        break;
      }
      if (types.contains(new String(png, at + 4, 4, StandardCharsets.ISO_8859_1))) {
        out.write(png, at, length + AROUND);
      }
      at += length + AROUND;
    }
    out.write(png, at, png.length - at);
    return out.toByteArray();
  }
}
