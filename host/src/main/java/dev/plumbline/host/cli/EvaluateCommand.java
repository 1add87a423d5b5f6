package dev.plumbline.host.cli;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "evaluate",
    description = "Accuracy of a model in ONNX Runtime.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions preprocessing;

  @Parameters(paramLabel = "MODEL", description = "An ONNX model.")
  private Path file;

  @Override
  public Integer call() {
    OnnxModel model = OnnxModel.read(file);
    Preprocessing applied = preprocessing.of(model);
    RuntimeProvider provider = common.provider();
    Dataset pictures = data.open();
    int[] labels = IntStream.range(0, pictures.size()).map(pictures::label).toArray();
    double accuracy;
    try (PictureClassifier classifier = PictureClassifier.open(model, applied, provider);
        Progress.Step step = common.progress().begin("evaluating", pictures.size())) {
      accuracy = Logits.agreement(Logits.labels(classifier.logits(pictures, step)), labels);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", file.toString());
    answer.put("sha256", model.sha256());
    answer.put("pictures", pictures.size());
    answer.put("accuracy", accuracy);
    answer.put("provider", provider.kind().onnxName());
    common.answer(
        answer,
        List.of(
            String.format(
                Locale.ROOT, "accuracy %.2f %% of %d pictures", accuracy * 100, pictures.size())));
    return 0;
  }
}
