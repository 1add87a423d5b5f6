package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file in the IDX format of the MNIST data: two zero bytes, the element type (8: unsigned byte),
 * the number of dimensions, each dimension as a big-endian int, then the elements. It may be
 * gzipped; the content says so, not the name.
 */
final class IdxFile {
  static final int UNSIGNED_BYTES = 0x800;
  // One array holds all; a few entries less than Integer.MAX_VALUE fit on every JVM.
  private static final long MAX_BYTES = Integer.MAX_VALUE - 64;

  private IdxFile() {}

  /**
   * Pictures of a file.
   *
   * @param shape of each
   * @param count how many, at least 1
   * @param pixels of all, one picture after the other
   */
  record Pictures(PictureShape shape, int count, byte[] pixels) {}

  /**
   * Reads a file of 3 dimensions (pictures, rows, columns) or 4 (pictures, channels, rows,
   * columns).
   *
   * @throws BadInputException if it is none, is cut off or goes on too long
   */
  static Pictures readPictures(Path file) {
    return read(
        file,
        in -> {
          int magic = readInt(in);
          if (magic != UNSIGNED_BYTES + 3 && magic != UNSIGNED_BYTES + 4) {
            throw wrongMagic(file, magic, "00000803 for pictures");
          }
          int count = readDimension(in, file);
          int channels = magic == UNSIGNED_BYTES + 4 ? readDimension(in, file) : 1;
          int height = readDimension(in, file);
          int width = readDimension(in, file);
          if (channels != 1 && channels != 3) {
            throw new BadInputException(
                file + " holds pictures of " + channels + " channels: expected 1 or 3");
          }
          byte[] pixels = readElements(in, file, count, (long) channels * height, width);
          return new Pictures(new PictureShape(channels, height, width), count, pixels);
        });
  }

  /**
   * Reads a file of 1 dimension.
   *
   * @return a label per picture, as unsigned bytes
   * @throws BadInputException if it is none, is cut off or goes on too long
   */
  static byte[] readLabels(Path file) {
    return read(
        file,
        in -> {
          int magic = readInt(in);
          if (magic != UNSIGNED_BYTES + 1) {
            throw wrongMagic(file, magic, "00000801 for labels");
          }
          return readElements(in, file, readDimension(in, file), 1, 1);
        });
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      raw.mark(2);
      boolean gzipped = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      if (!gzipped) {
        return reading.from(raw);
      }
      try (InputStream in = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16))) {
        return reading.from(in);
      }
    } catch (EOFException e) {
      throw new BadInputException(
          file + " is cut off: it ends before the elements that its header promises", e);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read as an IDX file: " + IoReason.of(e), e);
    }
  }

  private static byte[] readElements(InputStream in, Path file, int count, long rows, int columns)
      throws IOException {
    long bytes;
    try {
      bytes = Math.multiplyExact(Math.multiplyExact(count, rows), (long) columns);
    } catch (ArithmeticException e) {
      bytes = Long.MAX_VALUE;
    }
    if (bytes > MAX_BYTES) {
      throw new BadInputException(
          file
              + " claims "
              + count
              + " times "
              + rows
              + " x "
              + columns
              + " bytes: expected at most "
              + MAX_BYTES
              + " in all");
    }
    // Reads as it comes, so a header that lies allocates no more than the file holds.
    byte[] elements = in.readNBytes((int) bytes);
    if (elements.length < bytes) {
      throw new BadInputException(
          file
              + " is cut off: it holds "
              + elements.length
              + " of the "
              + bytes
              + " bytes that its header promises");
    }
    if (in.read() >= 0) {
      throw new BadInputException(
          file + " holds more than the " + bytes + " bytes that its header promises");
    }
    return elements;
  }

  private static int readDimension(InputStream in, Path file) throws IOException {
    int dimension = readInt(in);
    if (dimension < 1) {
      throw new BadInputException(
          file
              + " has a dimension of "
              + (dimension & 0xffffffffL)
              + ": expected 1 to "
              + Integer.MAX_VALUE);
    }
    return dimension;
  }

  private static int readInt(InputStream in) throws IOException {
    byte[] four = in.readNBytes(4);
    if (four.length < 4) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(four).getInt();
  }

  private static BadInputException wrongMagic(Path file, int magic, String expected) {
    return new BadInputException(
        String.format(
            "%s is not such an IDX file: its magic number is %08x, expected %s",
            file, magic, expected));
  }
}
