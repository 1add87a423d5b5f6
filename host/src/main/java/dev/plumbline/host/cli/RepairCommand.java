package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.CorpusJudging;
import dev.plumbline.host.device.HostJudge;
import dev.plumbline.host.device.Judge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairRecipe;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.train.TrainingMetadata;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "repair",
    description = "Fine-tunes a compressed model with a corpus; the graph stays as it is.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RepairCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private PairOptions pair;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions options;

  @Option(names = "--corpus", required = true, paramLabel = "CORPUS", description = "A corpus.")
  private Path folder;

  @Option(
      names = "--recipe",
      defaultValue = "distill",
      paramLabel = "NAME",
      description =
          "distill: the original's soft labels; compd: its labels, as published (default:"
              + " ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Passes over corpus and data (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "R.onnx",
      description = "The model to write.")
  private Path out;

  @Override
  public Integer call() {
    OnnxModel original = OnnxModel.read(pair.original());
    OnnxModel compressed = OnnxModel.read(pair.compressed());
    Corpus corpus = Corpus.open(folder);
    corpus.requireModels(original.sha256(), compressed.sha256());
    Preprocessing preprocessing = options.ofPair(original, compressed);
    RepairSettings settings =
        RepairSettings.of(
            RepairRecipe.parse(recipe),
            compressed,
            epochs,
            TrainingMetadata.rate(original).orElse(CommonOptions.USUAL_RATE),
            common.randomSeed());
    RuntimeProvider provider = common.provider();
    Device device = common.device();
    TorchEngine.seed(common.randomSeed());
    Dataset training = data.open();
    OnnxModel repaired =
        new Repair(original, compressed, preprocessing, provider, device)
            .repair(corpus, training, settings, common.progress());
    int before = deviations(corpus, compressed, preprocessing, provider);
    int after = deviations(corpus, repaired, preprocessing, provider);
    repaired.write(out);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", out.toString());
    answer.put("sha256", repaired.sha256());
    answer.put("corpus_before", before);
    answer.put("corpus_after", after);
    common.answer(
        answer,
        List.of(
            "wrote "
                + out
                + "; deviations in the corpus: "
                + before
                + " before, "
                + after
                + " after"));
    return 0;
  }

  private int deviations(
      Corpus corpus, OnnxModel model, Preprocessing preprocessing, RuntimeProvider provider) {
    try (Judge judge = new HostJudge(model, preprocessing, provider)) {
      return CorpusJudging.deviations(CorpusJudging.replay(corpus, judge, common.progress()));
    }
  }
}
