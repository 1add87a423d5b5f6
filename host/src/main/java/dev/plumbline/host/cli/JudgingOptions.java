package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How judges are asked, and about which pictures beside the corpus. */
final class JudgingOptions {
  @Option(
      names = "--original",
      paramLabel = "M.onnx",
      description =
          "The original of the corpus: judges repeat its runs too, and clean pictures get its"
              + " labels.")
  private Path original;

  @Option(
      names = "--repeats",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "How often each run is repeated under each condition to find labels that flip by"
              + " themselves; 0 for not at all (default: ${DEFAULT-VALUE}).")
  private int repeats;

  @Mixin private CleanDataOptions data = new CleanDataOptions();

  /** Refuses what cannot be, before anything is opened. */
  void requireSound() {
    if (repeats < 0) {
      throw new BadInputException("--repeats is " + repeats + ", expected at least 0");
    }
    data.requireSound();
  }

  /** The original, if it is given; it has to be that of the corpus. */
  Optional<OnnxModel> original(Corpus corpus) {
    if (original == null) {
      return Optional.empty();
    }
    OnnxModel model = OnnxModel.read(original);
    corpus.requireModels(model.sha256(), null);
    return Optional.of(model);
  }

  int repeats() {
    return repeats;
  }

  /** The clean pictures; none if none are given. */
  List<Question> clean(FleetJudging judging) {
    return data.isGiven()
        ? judging.clean(data.open(judging.preprocessing().geometry()))
        : List.of();
  }
}
