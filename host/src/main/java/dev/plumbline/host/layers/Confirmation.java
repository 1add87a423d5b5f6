package dev.plumbline.host.layers;

import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
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
   * @param labels what the original says of each picture
   */
  public static Confirmation of(
      OnnxModel compressed,
      OnnxModel mixed,
      Preprocessing preprocessing,
      List<Picture> pictures,
      int[] labels,
      RuntimeProvider provider) {
    int[] were = labels(compressed, preprocessing, pictures, provider);
    int[] are = labels(mixed, preprocessing, pictures, provider);
    int before = 0;
    int restored = 0;
    int broken = 0;
    for (int i = 0; i < labels.length; i++) {
      boolean deviated = were[i] != labels[i];
      boolean deviates = are[i] != labels[i];
      before += deviated ? 1 : 0;
      restored += deviated && !deviates ? 1 : 0;
      broken += !deviated && deviates ? 1 : 0;
    }
    return new Confirmation(before, restored, broken);
  }

  private static int[] labels(
      OnnxModel model,
      Preprocessing preprocessing,
      List<Picture> pictures,
      RuntimeProvider provider) {
    try (PictureClassifier classifier = PictureClassifier.open(model, preprocessing, provider)) {
      return Logits.labels(classifier.logits(pictures));
    }
  }
}
