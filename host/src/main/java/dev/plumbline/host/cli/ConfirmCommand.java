package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "confirm",
    description = "Has devices judge the pictures of a corpus, and writes their verdicts into it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ConfirmCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private JudgingOptions judging;

  @Parameters(paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "C.onnx",
      description =
          "The compressed model that the corpus was made with, or what 'guard --export' made of"
              + " it.")
  private Path file;

  @Override
  public Integer call() {
    JudgingOptions.Fleet fleet = judging.fleet();
    if (fleet.devices().isEmpty()) {
      throw new BadInputException(
          "no device to confirm on: expected --device NAME or HOST:PORT, or --select LABELS");
    }
    Corpus corpus = Corpus.open(folder);
    OnnxModel model = judging.model(file, corpus, common);
    corpus.requireModels(null, Guard.of(model).map(Guard::modelSha256).orElse(model.sha256()));
    FleetJudging asked = judging.of(model, corpus, fleet, common);
    FleetJudging.Confirmed confirmed = asked.confirm(corpus, judging.clean(asked));
    ConfirmAnswer answer = new ConfirmAnswer(folder, confirmed, model);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(answer.failures(), common);
  }
}
