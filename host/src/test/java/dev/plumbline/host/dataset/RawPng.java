package dev.plumbline.host.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Puts PNG files together chunk by chunk, of any kind that the standard knows. */
final class RawPng {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Of colour type 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  RawPng(int width, int height, int bits, int colourType) {
    out.writeBytes(new byte[] {(byte) 137, 80, 78, 71, 13, 10, 26, 10});
    byte[] header = new byte[13];
    ByteBuffer.wrap(header).putInt(width).putInt(height).put((byte) bits).put((byte) colourType);
    chunk("IHDR", header);
  }

  RawPng chunk(String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    out.writeBytes(name);
    out.writeBytes(content);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    return this;
  }

  /**
   * @param lines packed samples of each line, without the filter byte
   */
  byte[] end(int[]... lines) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
      for (int[] line : lines) {
        deflater.write(0);
        for (int value : line) {
          deflater.write(value);
        }
      }
    }
    return chunk("IDAT", data.toByteArray()).chunk("IEND", new byte[0]).out.toByteArray();
  }

  /** A grey picture of one value. */
  static byte[] grey(int width, int height, int value) throws IOException {
    int[][] lines = new int[height][width];
    for (int[] line : lines) {
      Arrays.fill(line, value);
    }
    return new RawPng(width, height, 8, 0).end(lines);
  }
}
