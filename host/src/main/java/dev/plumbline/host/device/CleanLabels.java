package dev.plumbline.host.device;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.stream.IntStream;

/** The labels that a compressed model should give to clean pictures. */
public final class CleanLabels {
  private CleanLabels() {}

  /** Those that the original gives on the host. */
  public static int[] ofOriginal(
      OnnxModel original,
      Dataset data,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(original, preprocessing, provider);
        Progress.Step step = progress.begin("labelling clean pictures", data.size())) {
      return Logits.labels(classifier.logits(data, step));
    }
  }

  /** Those of the data, where there is no original to ask. */
  public static int[] ofData(Dataset data) {
    return IntStream.range(0, data.size()).map(data::label).toArray();
  }
}
