package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.JudgeSource;
import dev.plumbline.host.device.Judged;
import dev.plumbline.host.device.RepeatedJudging;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
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
import java.util.Optional;
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
  @Mixin private DatabaseOptions databases;

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
    FleetDatabase database = databases.open();
    TorchEngine.seed(common.randomSeed());
    Dataset training = data.open();
    OnnxModel repaired =
        new Repair(original, compressed, preprocessing, provider, device)
            .repair(corpus, training, settings, common.progress());
    int before = deviations(database, corpus, compressed, preprocessing, provider);
    int after = deviations(database, corpus, repaired, preprocessing, provider);
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

  /**
   * On the host. What it says is stored, and is no baseline: a check of the repaired model would
   * otherwise take what the repair newly broke for known.
   */
  private int deviations(
      FleetDatabase database,
      Corpus corpus,
      OnnxModel model,
      Preprocessing preprocessing,
      RuntimeProvider provider) {
    FleetRun run =
        FleetRun.begin(
            database,
            "repair",
            new RepeatedJudging(model, Optional.empty(), 0, common.progress()),
            model.sha256());
    FleetRun.Answers answers =
        run.replay(corpus, List.of(), List.of(JudgeSource.host(preprocessing, provider)));
    run.endWithoutBaseline();
    for (Judged.Failure failure : answers.failures().values()) {
      throw new BadInputException(failure.message());
    }
    return answers.onCorpus().get(0).count(Outcome.DEVIATES);
  }
}
