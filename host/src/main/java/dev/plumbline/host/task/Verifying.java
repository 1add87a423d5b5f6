package dev.plumbline.host.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which references an input is verified as.
 *
 * @param least cosine from which on a reference is verified
 */
record Verifying(References references, double least) {
  /** More references in a sentence help nobody. */
  private static final int MOST_NAMED = 5;

  /** References that are told of a vector. */
  private static final int NEAREST_TOLD = 3;

  /** By reference. */
  boolean[] verified(Vector vector) {
    double[] cosines = references.cosines(vector);
    boolean[] verified = new boolean[cosines.length];
    for (int k = 0; k < verified.length; k++) {
      verified[k] = cosines[k] >= least;
    }
    return verified;
  }

  /** 1 for each reference that is verified, else -1; a row for each decision. */
  float[] sides(List<Decision> decisions) {
    float[] sides = new float[decisions.size() * references.count()];
    for (int i = 0; i < decisions.size(); i++) {
      boolean[] verified = verified(Vector.of(decisions.get(i)));
      for (int k = 0; k < verified.length; k++) {
        sides[i * verified.length + k] = verified[k] ? 1 : -1;
      }
    }
    return sides;
  }

  /**
   * How far the cosines are on the side of the threshold where those of another vector are: the
   * least of all references, below 0 where one is on the other side.
   */
  double ahead(Vector vector, Vector wanted) {
    double[] cosines = references.cosines(vector);
    boolean[] verified = verified(wanted);
    double ahead = Double.POSITIVE_INFINITY;
    for (int k = 0; k < cosines.length; k++) {
      double above = cosines[k] - least;
      // On the threshold a reference is verified.
      double other = above == 0 ? -Double.MIN_VALUE : -above;
      ahead = Math.min(ahead, verified[k] ? above : other);
    }
    return ahead;
  }

  /** The references that change sides, in words; empty where none does. */
  List<String> flips(Vector wanted, Vector found) {
    double[] before = references.cosines(wanted);
    double[] after = references.cosines(found);
    List<String> flips = new ArrayList<>();
    int more = 0;
    for (int k = 0; k < before.length; k++) {
      boolean wasVerified = before[k] >= least;
      boolean isFlip = wasVerified != after[k] >= least;
      if (isFlip && flips.size() < MOST_NAMED) {
        flips.add(
            String.format(
                Locale.ROOT,
                "reference %d %s at cosine %.4f in place of %.4f",
                k,
                wasVerified ? "no longer verified" : "verified",
                after[k],
                before[k]));
      } else if (isFlip) {
        more++;
      }
    }
    if (more > 0) {
      flips.add(more + " more references");
    }
    return flips;
  }

  /** The references that are nearest to a vector, in words. */
  String nearest(Vector vector) {
    double[] cosines = references.cosines(vector);
    return IntStream.range(0, cosines.length)
        .boxed()
        .sorted(Comparator.comparingDouble(k -> -cosines[k]))
        .limit(NEAREST_TOLD)
        .map(
            k ->
                String.format(
                    Locale.ROOT,
                    "reference %d at cosine %.4f%s",
                    k,
                    cosines[k],
                    cosines[k] >= least ? " (verified)" : ""))
        .collect(Collectors.joining(", "));
  }
}
