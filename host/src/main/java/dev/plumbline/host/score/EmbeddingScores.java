package dev.plumbline.host.score;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.Partners;
import dev.plumbline.host.task.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Verification and retrieval by cosines: pairs of pictures of the same identity against pairs of
 * different ones. Labels of classes are identities, and then all pairs count; or annotations name
 * the pairs.
 *
 * <ul>
 *   <li>TAR at FAR: the share of same pairs accepted at a threshold at which at most so large a
 *       share of the other pairs is accepted, as on scikit-learn's {@code roc_curve} without
 *       interpolation; for each FAR that the number of other pairs can tell.
 *   <li>Verification accuracy: the mean of the shares told right among same and among other pairs;
 *       on protocols with as many of both, such as LFW's, the share told right. At the task's
 *       threshold, or else at the best one for the data.
 *   <li>Recall@1: the share of pictures whose nearest other picture is of the same identity, among
 *       those that have one; only with identities.
 * </ul>
 */
final class EmbeddingScores implements Scorer {
  private static final List<String> RATES = List.of("1e-3", "1e-1", "1e-2", "1e-4", "1e-5", "1e-6");

  /** 32 million pairs: 128 MB, and seconds. */
  private static final int MOST = 8_000;

  private final Embedding task;
  private final List<float[]> directions = new ArrayList<>();
  private final List<Decision> truths = new ArrayList<>();

  EmbeddingScores(Embedding task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    add(task.decide(row), truth);
  }

  void add(Vector vector, Decision truth) {
    if (directions.size() == MOST && truth instanceof Label) {
      throw new BadInputException(
          "the data have more than "
              + MOST
              + " pictures with identities, which are too many pairs, expected at most so many, or"
              + " --annotations with pairs");
    }
    directions.add(vector.direction());
    truths.add(truth);
  }

  @Override
  public List<Measure> measures() {
    PairScores pairs = pairs();
    List<Measure> measures = new ArrayList<>();
    for (String name : RATES) {
      double rate = Double.parseDouble(name);
      if (pairs.others() * rate >= 1) {
        measures.add(
            Measure.share("tar_at_far_" + name, "TAR at FAR " + name, pairs.tarAtFar(rate)));
      }
    }
    double threshold = threshold(pairs);
    measures.add(
        Measure.rate("verification_accuracy", "verification accuracy", pairs.accuracy(threshold)));
    if (truths.get(0) instanceof Label) {
      measures.add(Measure.share("recall_at_1", "recall@1", recall()));
    }
    measures.add(Measure.threshold("verification_threshold", "verification threshold", threshold));
    return measures;
  }

  /** From which cosine on a pair is called the same. */
  double threshold() {
    return threshold(pairs());
  }

  private double threshold(PairScores pairs) {
    return task.verify().orElseGet(pairs::best);
  }

  /** The cosine of each pair, in the order of the pictures; and whether it is one of the same. */
  PairScores pairs() {
    PairScores.Collector found = new PairScores.Collector();
    for (int i = 0; i < directions.size(); i++) {
      if (truths.get(i) instanceof Partners partners) {
        partners.same().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(pair -> found.add(cosine(partners.picture(), pair.getKey()), pair.getValue()));
      } else {
        for (int j = i + 1; j < directions.size(); j++) {
          found.add(cosine(i, j), isSame(i, j));
        }
      }
    }
    return found.scores();
  }

  private boolean isSame(int i, int j) {
    return Label.of(truths.get(i)).number() == Label.of(truths.get(j)).number();
  }

  private float cosine(int i, int j) {
    return Vector.dot(directions.get(i), directions.get(j));
  }

  private double recall() {
    int asked = 0;
    int right = 0;
    for (int i = 0; i < directions.size(); i++) {
      int nearest = -1;
      float best = Float.NEGATIVE_INFINITY;
      boolean has = false;
      for (int j = 0; j < directions.size(); j++) {
        if (j != i) {
          float cosine = cosine(i, j);
          has |= isSame(i, j);
          if (cosine > best) {
            best = cosine;
            nearest = j;
          }
        }
      }
      if (has) {
        asked++;
        right += isSame(i, nearest) ? 1 : 0;
      }
    }
    return (double) right / asked;
  }
}
