package dev.plumbline.host.cli;

import dev.plumbline.host.campaign.Evaluation;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.score.Measure;
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
        "Measures a model in ONNX Runtime by the score of its task, such as its accuracy, and how"
            + " often it agrees with an original.",
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

  @Mixin private AnnotationOptions annotations;

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
        new Evaluation(pictures, applied, provider)
            .measure(model, original, annotations.path(), common.progress());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", file.toString());
    answer.put("sha256", model.sha256());
    answer.put("pictures", pictures.size());
    List<String> lines = new ArrayList<>();
    for (Measure score : measured.scores()) {
      answer.put(score.key(), score.value());
      lines.add(
          score
              + (lines.isEmpty()
                  ? " of " + pictures.size() + " " + pictures.inputShape().nouns()
                  : ""));
    }
    List<String> lowerIsBetter =
        measured.scores().stream().filter(Measure::lowerIsBetter).map(Measure::key).toList();
    if (!lowerIsBetter.isEmpty()) {
      answer.put("lower_is_better", lowerIsBetter);
    }
    answer.put("task", Tasks.json(model));
    answer.put("output", model.graph().output().name());
    ModelContract contract = ModelContract.of(model);
    if (contract.classifies()) {
      answer.put("read_as", contract.scores().toString());
    }
    answer.put("provider", provider.kind().onnxName());
    lines.add(
        contract.classifies()
            ? "scores are read from output "
                + model.graph().output().name()
                + " as "
                + contract.scores()
            : "decisions are read from " + String.join(", ", contract.outputs()));
    if (!Tasks.of(model).equals(Classification.PLAIN)) {
      lines.add("decisions follow the task " + Tasks.words(Tasks.of(model)));
    }
    measured
        .agreement()
        .ifPresent(
            agreement -> {
              answer.put("agreement", agreement);
              lines.add(
                  String.format(
                      Locale.ROOT,
                      contract.classifies()
                          ? "%.2f %% of the labels are the original's"
                          : "%.2f %% of the decisions agree with the original's",
                      agreement * 100));
            });
    measured.guarded().ifPresent(guarded -> tell(guarded, answer, lines));
    common.answer(answer, lines);
    return 0;
  }

  private static void tell(
      Evaluation.Guarded guarded, Map<String, Object> answer, List<String> lines) {
    Map<String, Object> guard = new LinkedHashMap<>();
    guard.put("threshold", guarded.rule().threshold());
    guard.put("deferred", guarded.deferred().asMap());
    lines.add("deferred by the guard: " + guarded.deferred());
    guarded
        .left()
        .ifPresent(
            left -> {
              guard.put("natural_left", left.asMap());
              lines.add("deviations from the original that are not deferred: " + left);
            });
    answer.put("guard", guard);
  }
}
