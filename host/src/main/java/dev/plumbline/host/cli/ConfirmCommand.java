package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceSource;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      description = "The compressed model that the corpus was made with.")
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
    corpus.requireModels(null, model.sha256());
    Optional<OnnxModel> original =
        judging.original(corpus).map(o -> decisions.choose(o, corpus, common));
    Preprocessing preprocessing = corpus.header().preprocessing();
    RuntimeProvider provider = common.provider();
    List<Question> clean =
        judging.clean(model, original, preprocessing, provider, common.progress());
    List<JudgeSource> judges = new ArrayList<>();
    judges.add(JudgeSource.host(preprocessing, provider));
    judges.addAll(DeviceSource.all(addresses, way, preprocessing));
    FleetRun run =
        FleetRun.begin(
            database,
            "confirm",
            judging.judging(model, original, common.progress()),
            model.sha256());
    FleetRun.Answers answers = run.confirm(corpus, clean, judges);
    run.end(answers.failures().isEmpty());
    ConfirmAnswer answer = new ConfirmAnswer(run.number(), folder, answers, model);
    common.answer(answer.asMap(), answer.lines());
    return Failures.exitCode(answers.failures(), common);
  }
}
