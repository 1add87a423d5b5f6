package dev.plumbline.host.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A score of a row that is one of an object.
 *
 * @param anchor of it
 * @param column of it
 * @param strength as {@link HeadRow#strength} has it
 * @param box of it
 */
record Candidate(int anchor, int column, float strength, Box box) {
  /**
   * What a model is sure of, the surest first, of equal ones the first of the row. Of boxes of one
   * class that overlap, only the surest is kept: non-maximum suppression, class by class.
   *
   * @param least strength that counts
   * @param overlap intersection over union above which the less sure one is dropped
   * @param most that are kept
   */
  static List<Candidate> kept(HeadRow row, double least, double overlap, int most) {
    List<Candidate> kept = new ArrayList<>();
    for (long key : sorted(row, least)) {
      if (kept.size() == most) {
        break;
      }
      int place = (int) key;
      int anchor = place / row.columns();
      int column = place % row.columns();
      if (row.label(anchor, column) < 0) {
        continue;
      }
      Box box = row.box(anchor, column);
      if (!overlaps(kept, box, overlap)) {
        kept.add(new Candidate(anchor, column, row.strength(anchor, column), box));
      }
    }
    return kept;
  }

  /** Whether a box would be dropped because of one that is kept. */
  static boolean overlaps(List<Candidate> kept, Box box, double overlap) {
    for (Candidate candidate : kept) {
      if (candidate.box.label() == box.label() && candidate.box.iou(box) > overlap) {
        return true;
      }
    }
    return false;
  }

  /** Places of what is sure enough, in the lower half of each key; the surest first. */
  private static long[] sorted(HeadRow row, double least) {
    long[] keys = new long[64];
    int found = 0;
    int outer = row.isColumnMajor() ? row.columns() : row.anchors();
    int inner = row.isColumnMajor() ? row.anchors() : row.columns();
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        int anchor = row.isColumnMajor() ? i : o;
        int column = row.isColumnMajor() ? o : i;
        float strength = row.strength(anchor, column);
        if (strength >= least) {
          keys = found == keys.length ? Arrays.copyOf(keys, 2 * found) : keys;
          keys[found++] = key(strength, anchor * row.columns() + column);
        }
      }
    }
    long[] sorted = Arrays.copyOf(keys, found);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Smaller for larger strengths. */
  private static long key(float strength, int place) {
    int bits = Float.floatToIntBits(strength + 0f);
    int ordered = bits < 0 ? ~bits & 0x7FFFFFFF | 0x80000000 : bits;
    return (long) ~ordered << 32 | place;
  }
}
