package dev.plumbline.host.score;

import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.util.ArrayList;
import java.util.List;

/** Accuracy, and of models with more than five classes the share of labels among the first five. */
final class ClassificationScores implements Scorer {
  private static final int FIRST = 5;

  private final Accuracy accuracy;
  private int inputs;
  private int among;
  private boolean hasMoreClasses;

  ClassificationScores(Classification task) {
    this.accuracy = new Accuracy(task);
  }

  @Override
  public void add(float[] row, Decision truth) {
    accuracy.add(row, truth);
    inputs++;
    among += place(row, Label.of(truth).number()) < FIRST ? 1 : 0;
    hasMoreClasses |= row.length > FIRST;
  }

  /** How many classes come before a label; of equal scores the first one does, as decisions go. */
  private static int place(float[] row, int label) {
    int before = 0;
    for (int c = 0; c < row.length; c++) {
      before += row[c] > row[label] || row[c] == row[label] && c < label ? 1 : 0;
    }
    return before;
  }

  @Override
  public List<Measure> measures() {
    List<Measure> measures = new ArrayList<>(accuracy.measures());
    if (hasMoreClasses) {
      measures.add(Measure.share("top_5_accuracy", "top-5 accuracy", (double) among / inputs));
    }
    return measures;
  }
}
