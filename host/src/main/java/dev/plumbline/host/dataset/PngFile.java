package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.WholeFile;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Pictures as PNG files, without loss: grey pictures as PNG of colour type 0, RGB as colour type 2,
 * 8 bits each. The same picture gives the same bytes (under the same zlib), so that a corpus made
 * again can be compared byte for byte.
 */
public final class PngFile {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** A picture of 8-bit RGB with a side of 4,096 that does not compress has 50 MB. */
  private static final long LARGEST_FILE = 64L << 20;

  private PngFile() {}

  /**
   * Reads a picture; its content says of which kind the file is.
   *
   * @throws BadInputException if the file is missing, is no picture, or has transparency
   */
  public static Picture read(Path file) {
    return PictureDecoder.decode(InputFile.bytes("picture", file, LARGEST_FILE), file.toString());
  }

  /**
   * Writes a picture, whole or not at all.
   *
   * @param picture has 1 or 3 channels
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(Path file, Picture picture) {
    byte[] png = encode(picture);
    WholeFile.write(file, out -> out.write(png));
  }

  /**
   * @param picture has 1 or 3 channels
   * @return the content of the PNG file
   */
  public static byte[] encode(Picture picture) {
    PictureShape shape = picture.shape();
    int channels = shape.channels();
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("a PNG file holds 1 or 3 channels, not " + channels);
    }
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(shape.width()).putInt(shape.height());
    header.put((byte) 8).put((byte) (channels == 1 ? 0 : 2));
    // What is left stays 0: deflate, adaptive filtering, no interlacing.

    ByteArrayOutputStream png = new ByteArrayOutputStream(shape.bytes() / 2 + 128);
    png.writeBytes(SIGNATURE);
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", deflate(scanLines(picture)));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  /** Pixel by pixel, each line preceded by its filter type, which is 0 for none. */
  private static byte[] scanLines(Picture picture) {
    PictureShape shape = picture.shape();
    int channels = shape.channels();
    int plane = shape.height() * shape.width();
    byte[] pixels = picture.pixels();
    byte[] lines = new byte[shape.height() * (1 + shape.width() * channels)];
    int to = 0;
    for (int y = 0; y < shape.height(); y++) {
      to++;
      for (int x = 0; x < shape.width(); x++) {
        for (int c = 0; c < channels; c++) {
          lines[to++] = pixels[c * plane + y * shape.width() + x];
        }
      }
    }
    return lines;
  }

  private static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);
    try {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream deflated = new ByteArrayOutputStream(content.length / 2 + 64);
      byte[] part = new byte[8192];
      while (!deflater.finished()) {
        deflated.write(part, 0, deflater.deflate(part));
      }
      return deflated.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    png.writeBytes(name);
    png.writeBytes(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
