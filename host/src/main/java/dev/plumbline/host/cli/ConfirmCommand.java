package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.device.CorpusJudging;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceJudge;
import dev.plumbline.host.device.HostJudge;
import dev.plumbline.host.device.Judge;
import dev.plumbline.host.device.JudgeTally;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "confirm",
    description = "Has devices judge the pictures of a corpus; keeps their verdicts in it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ConfirmCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;
  @Mixin private AccessOptions access;

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
    List<DeviceAddress> addresses = devices.addresses();
    if (addresses.isEmpty()) {
      throw new BadInputException("no device to confirm on: expected --device HOST:PORT");
    }
    DeviceAccess way = access.access();
    OnnxModel model = OnnxModel.read(file);
    Corpus corpus = Corpus.open(folder);
    corpus.requireModels(null, model.sha256());
    List<JudgeTally> tallies = new ArrayList<>();
    try (Judge judge = new HostJudge(model, corpus.header().preprocessing(), common.provider())) {
      corpus = judged(corpus, judge, tallies);
    }
    for (DeviceAddress address : addresses) {
      try (Judge judge = DeviceJudge.connect(address, way, file, corpus.header().preprocessing())) {
        corpus = judged(corpus, judge, tallies);
      }
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("corpus", folder.toString());
    answer.put("judges", tallies.stream().map(JudgeTally::asMap).toList());
    common.answer(answer, tallies.stream().map(JudgeTally::toString).toList());
    return 0;
  }

  private Corpus judged(Corpus corpus, Judge judge, List<JudgeTally> tallies) {
    Corpus judged = CorpusJudging.record(corpus, judge, common.progress());
    tallies.add(JudgeTally.of(judged, judge.info()));
    return judged;
  }
}
