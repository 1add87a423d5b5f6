package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.precision.PrecisionPoint;
import dev.plumbline.host.precision.PrecisionStudy;
import dev.plumbline.host.repair.CorpusSeeds;
import dev.plumbline.host.repair.GraphChoice;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.ZerosChoice;
import dev.plumbline.host.report.summary.PrecisionSummary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the rounds of a repair begin with: the compressed model, or one of higher precision that was
 * chosen in its place, with corpora of that model.
 *
 * @param from the compressed model that was given
 * @param model to train
 * @param data with corpora of the original and this model
 * @param choice the graph that was chosen; empty where none was to be
 * @param tried all that it was chosen from; empty likewise
 * @param zeros the weights that were chosen to differ from 0; empty where none were to be
 */
public record RepairGraph(
    OnnxModel from,
    OnnxModel model,
    RepairData data,
    Optional<GraphChoice> choice,
    Optional<PrecisionSummary> tried,
    Optional<ZerosChoice> zeros) {
  /** The compressed model as it is given. */
  public static RepairGraph given(OnnxModel compressed, RepairData data) {
    return new RepairGraph(
        compressed, compressed, data, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * How a graph is chosen.
   *
   * @param budget how much more than the compressed model it may cost, as a share: in latency, or
   *     in weights that are not 0
   * @param newSearch against each candidate
   * @param digest of training and clean pictures
   * @param folder of the candidates and of the corpora of the chosen one
   */
  public record Asked(
      double budget, NewSearch newSearch, String digest, long randomSeed, Path folder) {}

  /**
   * Chooses a graph, and searches from the seeds of the corpora for what is left of the deviations
   * there.
   *
   * @param study of the pair
   * @param search of the rounds
   * @param data with clean pictures, and corpora of the pair
   * @throws dev.plumbline.host.BadInputException as {@link PrecisionStudy#run}
   */
  public static RepairGraph chosen(
      PrecisionStudy study, FreshSearch search, RepairData data, Asked asked) {
    PrecisionStudy.Result found =
        study.run(
            data.clean().orElseThrow(),
            asked.newSearch(),
            OptionalDouble.of(asked.budget()),
            asked.digest(),
            asked.randomSeed(),
            asked.folder());
    PrecisionPoint chosen = found.chosen();
    GraphChoice choice =
        new GraphChoice(
            chosen.name(),
            chosen.candidate().text(),
            chosen.candidate().floatLayers(),
            chosen.model().sha256(),
            asked.budget(),
            chosen.latency().increase(),
            study.quantized().bytes().length,
            chosen.bytes(),
            found.measured());
    study.progress().say(choice.inWords());
    Optional<PrecisionSummary> tried = Optional.of(PrecisionReporting.summary(found.front()));
    if (chosen.model().sha256().equals(study.quantized().sha256())) {
      return new RepairGraph(
          study.quantized(), study.quantized(), data, Optional.of(choice), tried, Optional.empty());
    }
    // Devices get the file that a model was read from.
    OnnxModel model = OnnxModel.read(found.file(chosen).orElseThrow());
    return new RepairGraph(
        study.quantized(),
        model,
        again(model, search, data, asked, study.progress()),
        Optional.of(choice),
        tried,
        Optional.empty());
  }

  /** A pruned model with other zeros, and what is left of the deviations from the same seeds. */
  static RepairGraph withZeros(
      OnnxModel pruned,
      OnnxModel model,
      FreshSearch search,
      RepairData data,
      Asked asked,
      ZerosChoice choice,
      Progress progress) {
    return new RepairGraph(
        pruned,
        model,
        again(model, search, data, asked, progress),
        Optional.empty(),
        Optional.empty(),
        Optional.of(choice));
  }

  /** The pruned model as it is given, whose zeros were weighed against others. */
  static RepairGraph withZerosAsTheyWere(OnnxModel pruned, RepairData data, ZerosChoice choice) {
    return new RepairGraph(
        pruned, pruned, data, Optional.empty(), Optional.empty(), Optional.of(choice));
  }

  private static RepairData again(
      OnnxModel model, FreshSearch search, RepairData data, Asked asked, Progress progress) {
    return new RepairData(
        again(model, search, data.corpus(), "corpus", asked, progress),
        data.heldout().map(other -> again(model, search, other, "heldout", asked, progress)),
        data.training(),
        data.clean());
  }

  /** A corpus of another model from the same seeds. */
  private static Corpus again(
      OnnxModel model,
      FreshSearch search,
      Corpus corpus,
      String name,
      Asked asked,
      Progress progress) {
    Path out = asked.folder().resolve("searches").resolve(model.sha256()).resolve(name);
    return search.search(model, CorpusSeeds.of(corpus), out, asked.randomSeed(), progress);
  }
}
