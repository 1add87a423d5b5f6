package dev.plumbline.host.repair;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.score.ModelScores;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Tasks;
import java.util.List;
import java.util.function.Function;

/**
 * What every model of a repair is measured on.
 *
 * @param split of the pictures
 * @param original what the original decides on the clean pictures
 * @param decided what a model decides on the clean pictures, and its score
 */
record Measuring(
    HeldoutSplit split, List<Decision> original, Function<OnnxModel, ModelScores.Scored> decided) {
  CleanPictures.Rates rates(OnnxModel model) {
    return CleanPictures.rates(Tasks.of(model), decided.apply(model), original);
  }
}
