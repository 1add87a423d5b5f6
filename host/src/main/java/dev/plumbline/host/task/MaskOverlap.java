package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How masks overlap, class by class: sums over one pair of masks or many. */
public final class MaskOverlap {
  // By class.
  private long[] expected = new long[16];
  private long[] found = new long[16];
  private long[] both = new long[16];
  private long pixels;

  /**
   * Adds a pair. Pixels that the expected mask ignores do not count. Where the masks are of
   * different sizes, the one found is brought to the size of the expected one.
   *
   * @throws BadInputException if they are of different sizes and the expected one does not know its
   *     width
   */
  public void add(Mask wanted, Mask given) {
    MaskRuns.Cursor one = wanted.runs().cursor();
    MaskRuns.Cursor other = fitting(given, wanted).cursor();
    int leftOfOne = 0;
    int leftOfOther = 0;
    while (true) {
      if (leftOfOne == 0) {
        if (!one.next()) {
          return;
        }
        leftOfOne = one.length();
      }
      if (leftOfOther == 0) {
        other.next();
        leftOfOther = other.length();
      }
      int count = Math.min(leftOfOne, leftOfOther);
      add(one.number(), other.number(), count);
      leftOfOne -= count;
      leftOfOther -= count;
    }
  }

  private static MaskRuns fitting(Mask given, Mask wanted) {
    if (given.pixels() == wanted.pixels()) {
      return given.runs();
    }
    if (wanted.width() == 0) {
      throw new BadInputException(
          "a mask has "
              + given.pixels()
              + " pixels and the one that it is compared with "
              + wanted.pixels()
              + ", expected models whose masks are of one size");
    }
    return MaskRuns.of(given.classes(wanted.width(), wanted.pixels() / wanted.width()));
  }

  /** Adds so many pixels. */
  void add(int wanted, int given, int count) {
    if (wanted == Mask.IGNORED) {
      return;
    }
    int most = Math.max(wanted, given);
    if (most >= expected.length) {
      int length = Math.max(most + 1, 2 * expected.length);
      expected = Arrays.copyOf(expected, length);
      found = Arrays.copyOf(found, length);
      both = Arrays.copyOf(both, length);
    }
    pixels += count;
    expected[wanted] += count;
    found[given] += count;
    both[wanted] += wanted == given ? count : 0;
  }

  /** Pixels that counted. */
  public long pixels() {
    return pixels;
  }

  /** Classes that at least one pixel of any mask has, in order. */
  public List<Integer> numbers() {
    return IntStream.range(0, expected.length)
        .filter(c -> expected[c] + found[c] > 0)
        .boxed()
        .toList();
  }

  /** Pixels of a class in the expected masks. */
  public long expected(int number) {
    return expected[number];
  }

  /** Pixels of a class in the masks found. */
  public long found(int number) {
    return found[number];
  }

  /** Intersection over union of a class that some mask has, 0 to 1. */
  public double iou(int number) {
    return (double) both[number] / (expected[number] + found[number] - both[number]);
  }

  /** The share of pixels of equal class; 1 where no pixel counts. */
  public double accuracy() {
    return pixels == 0 ? 1 : (double) Arrays.stream(both).sum() / pixels;
  }
}
