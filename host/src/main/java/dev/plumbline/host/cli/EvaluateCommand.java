package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.Evaluation;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "evaluate",
    description =
        "Measures a model's accuracy in ONNX Runtime, and how often it agrees with an original.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private DataOptions data;
  @Mixin private PreprocessingOptions preprocessing;

  @Parameters(paramLabel = "MODEL", description = "An ONNX model.")
  private Path file;

  @Option(
      names = "--original",
      paramLabel = "M.onnx",
      description = "Tell as well on how many pictures the model decides as the original does.")
  private Path originalFile;

  @Override
  public Integer call() {
    OnnxModel given = OnnxModel.read(file);
    Optional<OnnxModel> givenOriginal = Optional.ofNullable(originalFile).map(OnnxModel::read);
    Preprocessing applied =
        givenOriginal
            .map(o -> preprocessing.ofPair(o, given))
            .orElseGet(() -> preprocessing.of(given));
    RuntimeProvider provider = common.provider();
    Dataset pictures = data.open(applied.geometry());
    OnnxModel model = decisions.choose(given, pictures.classNames(), common);
    Optional<OnnxModel> original =
        givenOriginal.map(o -> decisions.choose(o, pictures.classNames(), common));
    original.ifPresent(o -> ModelContract.requirePair(o, model));
    Evaluation.Measured measured =
        new Evaluation(pictures, applied, provider).measure(model, original, common.progress());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", file.toString());
    answer.put("sha256", model.sha256());
    answer.put("pictures", pictures.size());
    List<String> lines = new ArrayList<>();
    measured
        .accuracy()
        .ifPresent(
            accuracy -> {
              answer.put("accuracy", accuracy);
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "accuracy %.2f %% of %d pictures",
                      accuracy * 100,
                      pictures.size()));
            });
    answer.put("task", Tasks.json(model));
    answer.put("output", model.graph().output().name());
    answer.put("read_as", ModelContract.of(model).scores().toString());
    answer.put("provider", provider.kind().onnxName());
    lines.add(
        "scores are read from output "
            + model.graph().output().name()
            + " as "
            + ModelContract.of(model).scores());
    if (!Tasks.of(model).equals(Classification.PLAIN)) {
      lines.add("decisions follow the task " + Tasks.text(Tasks.of(model)));
    }
    measured
        .agreement()
        .ifPresent(
            agreement -> {
              answer.put("agreement", agreement);
              lines.add(
                  String.format(
                      Locale.ROOT, "%.2f %% of the labels are the original's", agreement * 100));
            });
    common.answer(answer, lines);
    return 0;
  }
}
