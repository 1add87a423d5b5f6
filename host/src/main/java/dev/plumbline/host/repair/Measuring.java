package dev.plumbline.host.repair;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Tasks;
import java.util.List;
import java.util.function.Function;

/**
 * What every model of a repair is measured on.
 *
 * @param split of the pictures
 * @param clean pictures
 * @param original what the original decides on the clean pictures
 * @param decisions what a model decides on the clean pictures
 */
record Measuring(
    HeldoutSplit split,
    CleanPictures clean,
    List<Decision> original,
    Function<OnnxModel, List<Decision>> decisions) {
  CleanPictures.Rates rates(OnnxModel model) {
    return clean.rates(Tasks.of(model), decisions.apply(model), original);
  }
}
