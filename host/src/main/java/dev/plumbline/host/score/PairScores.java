package dev.plumbline.host.score;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;

/** Cosines of pairs that show the same and of pairs that do not. */
final class PairScores {
  private final float[] cosines;
  private final boolean[] same;
  // Ascending.
  private final float[] ofSame;
  private final float[] ofOthers;

  private PairScores(float[] cosines, boolean[] same) {
    this.cosines = cosines;
    this.same = same;
    this.ofSame = sorted(true);
    this.ofOthers = sorted(false);
    if (ofSame.length == 0 || ofOthers.length == 0) {
      throw new BadInputException(
          "the data have "
              + ofSame.length
              + " pairs of pictures of the same identity and "
              + ofOthers.length
              + " of different ones, expected some of both");
    }
  }

  /** Gathers pairs. */
  static final class Collector {
    private float[] cosines = new float[1024];
    private boolean[] same = new boolean[1024];
    private int count;

    void add(float cosine, boolean isSame) {
      if (count == cosines.length) {
        cosines = Arrays.copyOf(cosines, 2 * count);
        same = Arrays.copyOf(same, 2 * count);
      }
      cosines[count] = cosine;
      same[count++] = isSame;
    }

    /**
     * @throws BadInputException if there are no pairs of the same, or none of others
     */
    PairScores scores() {
      return new PairScores(Arrays.copyOf(cosines, count), Arrays.copyOf(same, count));
    }
  }

  private float[] sorted(boolean wanted) {
    float[] found = new float[cosines.length];
    int count = 0;
    for (int i = 0; i < cosines.length; i++) {
      if (same[i] == wanted) {
        found[count++] = cosines[i];
      }
    }
    float[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    return sorted;
  }

  int count() {
    return cosines.length;
  }

  boolean accepts(int pair, double threshold) {
    return cosines[pair] >= threshold;
  }

  /** Pairs of different identities. */
  int others() {
    return ofOthers.length;
  }

  /** The share of same pairs accepted where at most such a share of the others is. */
  double tarAtFar(double rate) {
    int allowed = (int) Math.floor(rate * ofOthers.length) + 1;
    while ((double) allowed / ofOthers.length > rate) {
      allowed--;
    }
    if (allowed >= ofOthers.length) {
      return 1;
    }
    // The first that must not be accepted.
    float refused = ofOthers[ofOthers.length - 1 - allowed];
    return (double) above(ofSame, refused) / ofSame.length;
  }

  private static int above(float[] sorted, float least) {
    int count = 0;
    while (count < sorted.length && sorted[sorted.length - 1 - count] > least) {
      count++;
    }
    return count;
  }

  /** The mean of the shares told right of both sorts of pairs. */
  double accuracy(double threshold) {
    return (share(ofSame, threshold) + 1 - share(ofOthers, threshold)) / 2;
  }

  private static double share(float[] sorted, double threshold) {
    int below = 0;
    while (below < sorted.length && sorted[below] < threshold) {
      below++;
    }
    return (double) (sorted.length - below) / sorted.length;
  }

  /**
   * The threshold with the best accuracy: a cosine of a same pair, as between two of these no
   * threshold accepts more; of equally good ones the highest.
   */
  double best() {
    double best = ofSame[ofSame.length - 1];
    double most = -1;
    int others = ofOthers.length;
    for (int i = ofSame.length - 1; i >= 0; i--) {
      if (i > 0 && ofSame[i - 1] == ofSame[i]) {
        continue;
      }
      while (others > 0 && ofOthers[others - 1] >= ofSame[i]) {
        others--;
      }
      double accuracy =
          (double) (ofSame.length - i) / ofSame.length + (double) others / ofOthers.length;
      if (accuracy > most) {
        most = accuracy;
        best = ofSame[i];
      }
    }
    return best;
  }
}
