package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.List;

/** Confirming judges that are not of the proxy's opinion. */
final class ConfirmingFixture {
  private ConfirmingFixture() {}

  /**
   * ONNX Runtime with another model: a processor on which the compressed one computes otherwise.
   */
  record Deployed(OnnxModel model) implements ConfirmingJudge {
    @Override
    public float[][] logits(List<Picture> pictures) {
      try (PictureClassifier classifier =
          PictureClassifier.open(model, SearchFixture.PLAIN, RuntimeProvider.cpu())) {
        return classifier.logits(pictures);
      }
    }

    int label(Picture picture) {
      return SearchFixture.label(logits(List.of(picture))[0]);
    }
  }
}
