package dev.plumbline.host.soak;

import java.util.Arrays;

/** Times of calls, the last million of them. Safe from any thread. */
final class Overheads {
  private final long[] nanos = new long[1 << 20];
  private int count;

  synchronized void add(long each) {
    nanos[count++ % nanos.length] = each;
  }

  synchronized void forget() {
    count = 0;
  }

  synchronized int count() {
    return count;
  }

  /** In milliseconds, the time that the given share of the calls did not exceed. */
  synchronized double millis(double share) {
    int size = Math.min(count, nanos.length);
    long[] sorted = Arrays.copyOf(nanos, size);
    Arrays.sort(sorted);
    return size == 0 ? 0 : sorted[Math.min(size - 1, (int) Math.ceil(share * size) - 1)] / 1e6;
  }
}
