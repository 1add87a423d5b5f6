package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.CheckResult;
import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    description =
        "Judges a model again and fails (exit code 1) where it deviates and the baseline did not.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CheckCommand implements Callable<Integer> {
  private static final String MAX_PAST_GUARD = "--max-past-guard";

  @Mixin private CommonOptions common;
  @Mixin private JudgingOptions judging;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "C.onnx",
      description = "The compressed model to check; it may be another than that of the corpus.")
  private Path file;

  @Option(
      names = "--max-new",
      defaultValue = "0",
      paramLabel = "N",
      description = "New flips that a judge may have (default: ${DEFAULT-VALUE}).")
  private int maxNew;

  @Option(
      names = MAX_PAST_GUARD,
      paramLabel = "N",
      description =
          "Deviations that a judge of a guarded model may have with 'certain' true (default: any"
              + " number; the deferred share of --data is always checked).")
  private Integer maxPastGuard;

  @Option(
      names = "--baseline",
      defaultValue = "last",
      paramLabel = "last|RUN",
      description =
          "What to compare with: a run of 'device runs', or for each judge the last run that passed"
              + " (default: ${DEFAULT-VALUE}).")
  private String baseline;

  @Option(names = "--junit", paramLabel = "FILE", description = "Where to write JUnit XML.")
  private Path junit;

  @Option(names = "--html", paramLabel = "FILE", description = "Where to write a page.")
  private Path html;

  @Option(
      names = "--result",
      paramLabel = "FILE",
      description = "Where to write what --json prints, too.")
  private Path result;

  @Override
  public Integer call() {
    if (maxNew < 0) {
      throw new BadInputException("--max-new is " + maxNew + ", expected at least 0");
    }
    if (maxPastGuard != null && maxPastGuard < 0) {
      throw new BadInputException(MAX_PAST_GUARD + " is " + maxPastGuard + ", expected at least 0");
    }
    OptionalLong chosen = chosen();
    JudgingOptions.Fleet fleet = judging.fleet();
    Corpus corpus = Corpus.open(folder);
    OnnxModel model = judging.model(file, corpus, common);
    ModelContract.of(model).requireInputs(corpus.header().shape(), corpus.header().preprocessing());
    if (!model.sha256().equals(corpus.header().compressedSha256())) {
      common.say("the corpus was made with another compressed model; it is replayed on this one");
    }
    FleetJudging asked = judging.of(model, corpus, fleet, common);
    List<Question> clean = judging.clean(asked);
    if (corpus.inputs().isEmpty() && clean.isEmpty()) {
      throw new BadInputException(
          "corpus "
              + folder
              + " has no picture and no --data is given, so that nothing would be"
              + " checked; expected at least one picture");
    }
    return answer(asked.check(corpus, clean, chosen, maxNew, maxPast()));
  }

  private Integer answer(CheckResult found) {
    CheckAnswer answer = new CheckAnswer(found);
    String title = "plumbline check " + folder.toAbsolutePath().normalize().getFileName();
    if (junit != null) {
      found.writeJunit(title, junit);
    }
    if (html != null) {
      found.writeHtml(title, html);
    }
    if (result != null) {
      common.write(answer.asMap(), result);
    }
    common.answer(answer.asMap(), answer.lines());
    int lost = Failures.exitCode(answer.failures(), common);
    if (found.failed()) {
      return Main.CHECK_FAILED;
    }
    // Nothing that was judged is no success, also where nobody was lost.
    return lost == 0 && !found.passed() ? Main.BAD_INPUT : lost;
  }

  private OptionalInt maxPast() {
    return maxPastGuard == null ? OptionalInt.empty() : OptionalInt.of(maxPastGuard);
  }

  private OptionalLong chosen() {
    if (baseline.equals("last")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(baseline));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          "--baseline '" + baseline + "' is no run, expected 'last' or the number of a run", e);
    }
  }
}
