package dev.plumbline.host.layers;

import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.util.List;

/**
 * What ONNX Runtime says of a model of mixed precision.
 *
 * @param before pictures on which the compressed model deviates
 * @param restored of them, on which the other does not
 * @param broken pictures on which the other deviates and the compressed model does not
 */
public record Confirmation(int before, int restored, int broken) {

  /**
   * Runs both models.
   *
   * @param expected what the original decides on each picture
   */
  public static Confirmation of(
      OnnxModel compressed,
      OnnxModel mixed,
      Preprocessing preprocessing,
      List<? extends Input> pictures,
      List<? extends Decision> expected,
      RuntimeProvider provider) {
    Task task = Tasks.ofPair(compressed, mixed);
    List<Decision> were = decisions(compressed, preprocessing, pictures, provider);
    List<Decision> are = decisions(mixed, preprocessing, pictures, provider);
    int before = 0;
    int restored = 0;
    int broken = 0;
    for (int i = 0; i < expected.size(); i++) {
      boolean deviated = task.differ(expected.get(i), were.get(i));
      boolean deviates = task.differ(expected.get(i), are.get(i));
      before += deviated ? 1 : 0;
      restored += deviated && !deviates ? 1 : 0;
      broken += !deviated && deviates ? 1 : 0;
    }
    return new Confirmation(before, restored, broken);
  }

  private static List<Decision> decisions(
      OnnxModel model,
      Preprocessing preprocessing,
      List<? extends Input> pictures,
      RuntimeProvider provider) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider)) {
      return Tasks.of(model).decide(classifier.logits(pictures));
    }
  }
}
