package dev.plumbline.host.task;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The classes of a mask's pixels, row by row, as runs of equal ones. A mask of a few shapes takes
 * some hundred bytes so.
 */
final class MaskRuns {
  /** More than any model puts out; what says more in a file is broken. */
  private static final int MOST_PIXELS = 1 << 26;

  /** The most bytes of a run: a length below 2^28 and a class below 2^16. */
  private static final int MOST_BYTES = 4 + 3;

  private final int pixels;
  // Of each run its length and its class, as numbers of 7 bits a byte, the lowest first.
  private final byte[] bytes;

  private MaskRuns(int pixels, byte[] bytes) {
    this.pixels = pixels;
    this.bytes = bytes;
  }

  /** Of classes of 0 to 65,535, at least one. */
  static MaskRuns of(int[] classes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int start = 0;
    for (int i = 1; i <= classes.length; i++) {
      if (i == classes.length || classes[i] != classes[start]) {
        write(i - start, bytes);
        write(classes[start], bytes);
        start = i;
      }
    }
    return new MaskRuns(classes.length, bytes.toByteArray());
  }

  private static void write(int number, ByteArrayOutputStream bytes) {
    int rest = number;
    while (rest >= 128) {
      bytes.write(rest & 127 | 128);
      rest >>>= 7;
    }
    bytes.write(rest);
  }

  /**
   * What {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is none of so many pixels
   */
  static MaskRuns read(String text, int pixels) {
    if (pixels < 1 || pixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "a mask of " + pixels + " pixels, expected 1 to " + MOST_PIXELS);
    }
    MaskRuns runs = new MaskRuns(pixels, inflated(Base64.getDecoder().decode(text), pixels));
    Cursor cursor = runs.cursor();
    while (cursor.next()) {}
    return runs;
  }

  private static byte[] inflated(byte[] deflated, int pixels) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      byte[] some = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(some);
        bytes.write(some, 0, count);
        if (count == 0 && !inflater.finished() || bytes.size() > (long) pixels * MOST_BYTES) {
          throw broken();
        }
      }
      return bytes.toByteArray();
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("a mask that cannot be unpacked", e);
    } finally {
      inflater.end();
    }
  }

  private static IllegalArgumentException broken() {
    return new IllegalArgumentException("a mask whose runs do not cover its pixels");
  }

  /** For files: deflated, in base 64. */
  String text() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream deflated = new ByteArrayOutputStream();
      byte[] some = new byte[8192];
      while (!deflater.finished()) {
        deflated.write(some, 0, deflater.deflate(some));
      }
      return Base64.getEncoder().encodeToString(deflated.toByteArray());
    } finally {
      deflater.end();
    }
  }

  int pixels() {
    return pixels;
  }

  /** The runs themselves, the same for the same classes; a copy. */
  byte[] bytes() {
    return bytes.clone();
  }

  /** The class of each pixel. */
  int[] classes() {
    int[] classes = new int[pixels];
    int at = 0;
    for (Cursor cursor = cursor(); cursor.next(); at += cursor.length()) {
      Arrays.fill(classes, at, at + cursor.length(), cursor.number());
    }
    return classes;
  }

  /** Before the first run. */
  Cursor cursor() {
    return new Cursor();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MaskRuns that
        && pixels == that.pixels
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * pixels + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "MaskRuns[" + pixels + "]";
  }

  /** Goes from run to run. */
  final class Cursor {
    private int at;
    private int left = pixels;
    private int length;
    private int number;

    /**
     * @throws IllegalArgumentException if the runs do not cover the pixels
     */
    boolean next() {
      if (left == 0 && at == bytes.length) {
        return false;
      }
      length = read();
      number = read();
      if (length < 1 || length > left || number > Mask.IGNORED) {
        throw broken();
      }
      left -= length;
      return true;
    }

    private int read() {
      int value = 0;
      for (int shift = 0; shift < 28; shift += 7) {
        if (at == bytes.length) {
          throw broken();
        }
        byte part = bytes[at++];
        value |= (part & 127) << shift;
        if (part >= 0) {
          return value;
        }
      }
      throw broken();
    }

    /** Pixels of the run. */
    int length() {
      return length;
    }

    /** The class of the run. */
    int number() {
      return number;
    }
  }
}
