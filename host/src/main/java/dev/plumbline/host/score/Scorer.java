package dev.plumbline.host.score;

import dev.plumbline.host.task.Decision;
import java.util.List;

/** Measures a model on labelled data, input by input; it keeps no more of each than it needs. */
public interface Scorer {
  /**
   * Takes one input into account.
   *
   * @param row what the model gave for it, as {@link dev.plumbline.host.task.Task#decide(float[])}
   *     takes it
   * @param truth what should be decided
   */
  void add(float[] row, Decision truth);

  /** The figures of all inputs until now, the most important first; at least one input is there. */
  List<Measure> measures();
}
