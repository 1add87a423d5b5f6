package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.precision.LatencyJudge;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.repair.HeldoutSeeds;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.TrainingSplit;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Quantizes a model, and tries how much of it in a higher precision is worth its cost.
 *
 * @param quantization of the model
 * @param judges devices on which latency counts beside the host
 */
public record PrecisionSuggestion(Quantization quantization, List<LatencyJudge> judges) {
  /**
   * How it is chosen.
   *
   * @param budget how much more latency the chosen model may have than the quantized one, as a
   *     share; empty for the knee
   * @param seeds that a new search begins with, at least 1
   * @param search bounds of the new search
   */
  public record Asked(OptionalDouble budget, int seeds, SearchSettings search, long randomSeed) {}

  /**
   * Quantizes with the training part of the pictures and searches from the rest.
   *
   * @param pictures the last fifth, at most 2,000, measures; of the others the first 512 calibrate
   * @param how the model is quantized, in static mode
   * @param digest of the pictures, and which of the data they are
   * @param folder to write the candidates to
   * @throws BadInputException if there are too few pictures, or as {@link PrecisionStudy#run}
   */
  public PrecisionStudy.Result suggest(
      Dataset pictures, Quantization.Request how, Asked asked, String digest, Path folder) {
    TrainingSplit split = TrainingSplit.of(pictures);
    HeldoutSeeds seeds = HeldoutSeeds.of(split.clean(), asked.seeds());
    if (!seeds.suffice() || split.clean() == split.training()) {
      throw new BadInputException(
          "--data has "
              + pictures.size()
              + " pictures, of which the last fifth is searched from, expected at least 10");
    }
    OnnxModel original = quantization.model();
    OnnxModel quantized = quantization.quantize(split.training(), how).model();
    NewSearch search =
        new FreshSearch(
                original,
                quantization.preprocessing(),
                quantization.device(),
                quantization.provider(),
                bounded(asked.search(), split.training(), original),
                split.training())
            .against(seeds)
            .orElseThrow();
    return new PrecisionStudy(
            original,
            quantized,
            quantization.preprocessing(),
            quantization.provider(),
            judges,
            quantization.progress())
        .run(split.clean(), search, asked.budget(), digest, asked.randomSeed(), folder);
  }

  private static SearchSettings bounded(
      SearchSettings search, Dataset training, OnnxModel original) {
    return training.inputShape() instanceof TensorShape
        ? search.withTensors(training, ModelContract.of(original))
        : search;
  }
}
