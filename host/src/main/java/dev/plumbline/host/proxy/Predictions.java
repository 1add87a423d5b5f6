package dev.plumbline.host.proxy;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.Arrays;
import java.util.List;

/**
 * What a model says of a batch.
 *
 * @param decisions by picture
 * @param scores the model's outputs, by picture, then class
 */
public record Predictions(Task task, List<Decision> decisions, float[][] scores) {

  /**
   * @param values outputs by picture, then class, flat
   * @param model what to call the model in a message
   * @throws BadInputException if one of them is not finite
   */
  static Predictions of(Task task, float[] values, int classes, String model) {
    float[][] rows = new float[values.length / classes][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(values, row * classes, (row + 1) * classes);
    }
    return of(task, rows, model);
  }

  /** As {@link #of(Task, float[], int, String)}, a row for each picture. */
  public static Predictions of(Task task, float[][] rows, String model) {
    for (float[] row : rows) {
      Logits.requireFinite("model " + model, row);
    }
    return new Predictions(task, task.decide(rows), rows);
  }

  /** How many classes the model knows. */
  public int classes() {
    return scores[0].length;
  }

  /** How far the model is from changing a decision on a picture; below zero where it has. */
  public float margin(int row, Decision decision) {
    return (float) task.margin(scores[row], decision);
  }
}
