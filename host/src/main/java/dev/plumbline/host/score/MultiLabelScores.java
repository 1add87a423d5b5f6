package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.LabelSet;
import dev.plumbline.host.task.MultiLabel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mean average precision and F1 of models that give several labels, as scikit-learn's {@code
 * average_precision_score} and {@code f1_score} have them. A class that no input has has the
 * average precision 0 there and here.
 */
final class MultiLabelScores implements Scorer {
  private final MultiLabel task;
  private final List<float[]> rows = new ArrayList<>();
  private final List<boolean[]> truths = new ArrayList<>();
  private final long[] right;
  private final long[] wrong;
  private final long[] missed;

  MultiLabelScores(MultiLabel task) {
    this.task = task;
    this.right = new long[task.classes()];
    this.wrong = new long[task.classes()];
    this.missed = new long[task.classes()];
  }

  @Override
  public void add(float[] row, Decision truth) {
    boolean[] found = task.decide(row).given(task.classes());
    boolean[] expected = LabelSet.of(truth).given(task.classes());
    rows.add(row);
    truths.add(expected);
    for (int c = 0; c < found.length; c++) {
      right[c] += found[c] && expected[c] ? 1 : 0;
      wrong[c] += found[c] && !expected[c] ? 1 : 0;
      missed[c] += !found[c] && expected[c] ? 1 : 0;
    }
  }

  @Override
  public List<Measure> measures() {
    double precision = 0;
    double f1 = 0;
    for (int c = 0; c < task.classes(); c++) {
      precision += averagePrecision(c);
      f1 += f1(right[c], wrong[c], missed[c]);
    }
    double micro =
        f1(Arrays.stream(right).sum(), Arrays.stream(wrong).sum(), Arrays.stream(missed).sum());
    return List.of(
        Measure.rate("mean_average_precision", "mAP", precision / task.classes()),
        Measure.rate("f1_micro", "F1 micro", micro),
        Measure.rate("f1_macro", "F1 macro", f1 / task.classes()));
  }

  private static double f1(long right, long wrong, long missed) {
    long all = 2 * right + wrong + missed;
    return all == 0 ? 0 : 2.0 * right / all;
  }

  /** The mean, over inputs of a class, of the precision among scores at least as large. */
  private double averagePrecision(int c) {
    float[] of = sorted(c, true);
    float[] others = sorted(c, false);
    double sum = 0;
    int other = others.length;
    int last = of.length;
    while (last > 0) {
      int first = last - 1;
      while (first > 0 && of[first - 1] == of[last - 1]) {
        first--;
      }
      while (other > 0 && others[other - 1] >= of[first]) {
        other--;
      }
      double given = of.length - first;
      sum += (last - first) * given / (given + others.length - other);
      last = first;
    }
    return of.length == 0 ? 0 : sum / of.length;
  }

  /** Scores of a class, ascending: of the inputs that have it, or of those that do not. */
  private float[] sorted(int c, boolean has) {
    float[] scores = new float[rows.size()];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (truths.get(i)[c] == has) {
        // 0 is no larger than -0.
        scores[count++] = rows.get(i)[c] + 0f;
      }
    }
    float[] sorted = Arrays.copyOf(scores, count);
    Arrays.sort(sorted);
    return sorted;
  }
}
