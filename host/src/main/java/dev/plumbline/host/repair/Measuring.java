package dev.plumbline.host.repair;

import dev.plumbline.host.onnx.OnnxModel;
import java.util.function.Function;

/**
 * What every model of a repair is measured on.
 *
 * @param split of the pictures
 * @param clean pictures
 * @param original its labels of the clean pictures
 * @param labels of the clean pictures by a model
 */
record Measuring(
    HeldoutSplit split, CleanPictures clean, int[] original, Function<OnnxModel, int[]> labels) {
  CleanPictures.Rates rates(OnnxModel model) {
    return clean.rates(labels.apply(model), original);
  }
}
