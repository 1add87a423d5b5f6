package dev.plumbline.host.train;

import dev.plumbline.host.onnx.OnnxModel;

/** Learning rates that models usually learn at; without BatchNormalization they diverge sooner. */
public final class UsualRates {
  private UsualRates() {}

  /** The highest rate of a model that learns from scratch. */
  public static double fromScratch(OnnxModel model) {
    return isNormalised(model) ? TrainingMetadata.USUAL_RATE : TrainingMetadata.USUAL_RATE / 10;
  }

  /** The highest rate of a model that goes on from its own weights with another teacher. */
  public static double fromOwnWeights(OnnxModel model) {
    return fromScratch(model) / 10;
  }

  /** The first rate of fine-tuning what was cut out of a model. */
  public static double fineTuning(OnnxModel model) {
    return TrainingMetadata.rateOrUsual(model) / (isNormalised(model) ? 10 : 100);
  }

  /** The first rate of training through the rounding: its steps are of the size of a rounding. */
  public static double rounding(OnnxModel model) {
    return TrainingMetadata.rateOrUsual(model) / 100;
  }

  private static boolean isNormalised(OnnxModel model) {
    return model.graph().nodes().stream().anyMatch(node -> node.is("BatchNormalization"));
  }
}
