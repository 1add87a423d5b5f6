package dev.plumbline.host.score;

import dev.plumbline.host.task.Task;

/** Which measure goes with which task: a line for each kind. */
public final class Scorers {
  private Scorers() {}

  /** A new scorer for models of a task. */
  public static Scorer of(Task task) {
    return new Accuracy(task);
  }
}
