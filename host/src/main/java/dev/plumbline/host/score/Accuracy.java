package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.List;

/** The share of inputs on which a model decides what the data say. */
final class Accuracy implements Scorer {
  private final Task task;
  private int inputs;
  private int wrong;

  Accuracy(Task task) {
    this.task = task;
  }

  @Override
  public void add(float[] row, Decision truth) {
    inputs++;
    wrong += task.differ(truth, task.decide(row)) ? 1 : 0;
  }

  @Override
  public List<Measure> measures() {
    // As Task.agreement counts, to the last bit.
    return List.of(Measure.accuracy(1 - (double) wrong / inputs));
  }
}
