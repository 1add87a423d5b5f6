package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.List;

/** The share of inputs on which a model decides what the data say. */
final class Accuracy implements Scorer {
  private final Task task;
  private int inputs;
  private int right;

  Accuracy(Task task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    inputs++;
    right += task.differ(truth, task.decide(row)) ? 0 : 1;
  }

  @Override
  public List<Measure> measures() {
    return List.of(Measure.share("accuracy", "accuracy", (double) right / inputs));
  }
}
