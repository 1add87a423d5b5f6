package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.layers.Attribution;
import dev.plumbline.host.layers.ConfirmedSuggestion;
import dev.plumbline.host.layers.Deviations;
import dev.plumbline.host.layers.LayerStudy;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "layers",
    description =
        "Finds the layers of a compressed model that the deviations of a corpus come from, and"
            + " suggests layers to keep in float.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class LayersCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private PairOptions pair;
  @Mixin private SuggestionOptions suggestions;

  @Parameters(paramLabel = "CORPUS", description = "Found with these two models.")
  private Path folder;

  @Option(
      names = "--out",
      paramLabel = "MIXED.onnx",
      description = "Write the compressed model with the suggested layers in float.")
  private Path out;

  @Override
  public Integer call() {
    Corpus corpus = Corpus.open(folder);
    OnnxModel original = decisions.choose(OnnxModel.read(pair.original()), corpus, common);
    OnnxModel compressed = decisions.choose(OnnxModel.read(pair.compressed()), corpus, common);
    corpus.requireModels(original.sha256(), compressed.sha256());
    Preprocessing preprocessing = corpus.header().preprocessing();
    ModelContract.of(compressed).requireInputs(corpus.header().shape(), preprocessing);
    Deviations deviations = Deviations.of(corpus);
    double growth = suggestions.growth();
    LayerStudy study =
        new LayerStudy(
            original, compressed, preprocessing, deviations, common.device(), common.progress());
    Attribution attribution = study.attribution();
    ConfirmedSuggestion suggested = study.suggestion(growth, common.providerBesideGradients());
    if (out != null) {
      PreprocessingMetadata.write(suggested.suggestion().model(), preprocessing).write(out);
    }
    LayersAnswer answer =
        new LayersAnswer(deviations.inputs(), attribution, new SuggestionAnswer(suggested));
    common.answer(answer.asMap(folder, out), answer.lines());
    return 0;
  }
}
