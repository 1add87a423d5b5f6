package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.FleetJudging;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
  @Mixin private DecisionOptions decisions;
  @Mixin private DeviceOptions devices;
  @Mixin private AccessOptions access;
  @Mixin private DatabaseOptions databases;
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
    judging.requireSound();
    FleetDatabase database = databases.open();
    Map<String, DeviceAddress> addresses = devices.addresses(database);
    if (addresses.isEmpty()) {
      throw new BadInputException(
          "no device to confirm on: expected --device NAME or HOST:PORT, or --select LABELS");
    }
    DeviceAccess way = devices.reconnecting(access.access());
    Corpus corpus = Corpus.open(folder);
    OnnxModel model = decisions.choose(OnnxModel.read(file), corpus, common);
    corpus.requireModels(null, Guard.of(model).map(Guard::modelSha256).orElse(model.sha256()));
    Optional<OnnxModel> original =
        judging.original(corpus).map(o -> decisions.choose(o, corpus, common));
    Preprocessing preprocessing = corpus.header().preprocessing();
    FleetJudging asked =
        new FleetJudging(
            model,
            original,
            preprocessing,
            common.provider(),
            DeviceSource.all(addresses, way, preprocessing),
            judging.repeats(),
            database,
            common.progress());
    FleetJudging.Confirmed confirmed = asked.confirm(corpus, judging.clean(asked));
    ConfirmAnswer answer = new ConfirmAnswer(folder, confirmed, model);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(answer.failures(), common);
  }
}
