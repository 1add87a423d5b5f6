package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * How large a picture may be. A header may claim any size, so it is held against this before
 * anything is allocated for it. Pictures are decoded in parallel; together they never take more
 * than a quarter of the memory.
 */
final class DecodeBounds {
  /** Pixels of one picture. */
  static final long MAX_PIXELS = 100_000_000;

  /** Bytes of one file. */
  static final int MAX_FILE = 256 << 20;

  // What a decoder holds of a pixel while it works: its own raster and ours, of up to 16 bits.
  private static final int BYTES_PER_PIXEL = 16;
  private static final int UNIT = 1 << 16;
  private static final int UNITS =
      (int) Math.min(Integer.MAX_VALUE, Math.max(1, Runtime.getRuntime().maxMemory() / 4 / UNIT));
  private static final Semaphore MEMORY = new Semaphore(UNITS, true);

  private DecodeBounds() {}

  /** What needs memory. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does work on a picture once there is memory for it.
   *
   * @throws BadInputException if it has no pixel or too many
   */
  static <T> T within(String name, int width, int height, Work<T> work) throws IOException {
    check(name, width, height);
    int taken = (int) Math.min(units(width, height), UNITS);
    MEMORY.acquireUninterruptibly(taken);
    try {
      return work.run();
    } finally {
      MEMORY.release(taken);
    }
  }

  /** Refuses a size as {@link #within} does, without taking memory. */
  static void check(String name, int width, int height) {
    if (width < 1 || height < 1) {
      throw new BadInputException(
          name + " is a picture of " + height + " x " + width + " pixels: expected at least 1 x 1");
    }
    long pixels = (long) width * height;
    if (pixels > MAX_PIXELS || units(width, height) > 3L * UNITS) {
      throw new BadInputException(
          name
              + " is a picture of "
              + height
              + " x "
              + width
              + " pixels: expected at most "
              + Math.min(MAX_PIXELS, 3L * UNITS * UNIT / BYTES_PER_PIXEL)
              + " pixels"
              + (pixels > MAX_PIXELS ? "" : " in the memory that this process may use"));
    }
  }

  private static long units(int width, int height) {
    return (long) width * height * BYTES_PER_PIXEL / UNIT + 1;
  }
}
