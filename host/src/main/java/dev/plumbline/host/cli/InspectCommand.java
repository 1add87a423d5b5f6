package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.TaskProposals;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.verification.GraphVerification;
import dev.plumbline.host.verification.ModelUses;
import dev.plumbline.host.verification.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description =
        "Shows a model's inputs, outputs, operators and quantization format, and why it cannot be"
            + " differentiated, if so.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;

  @Parameters(paramLabel = "MODEL", description = "An ONNX model.")
  private Path file;

  @Option(
      names = "--verify",
      description =
          "Compare the differentiable graph with ONNX Runtime, layer by layer; takes --data.")
  private boolean verify;

  @Mixin private CleanDataOptions data;

  @Option(
      names = "--original",
      paramLabel = "M.onnx",
      description = "The original that the noise of quantization is measured against.")
  private Path originalFile;

  @Option(
      names = "--tolerance",
      defaultValue = "1e-4",
      paramLabel = "SHARE",
      description =
          "How far a layer may differ, as a share of its largest value (default:"
              + " ${DEFAULT-VALUE}).")
  private double tolerance;

  @Mixin private PreprocessingOptions preprocessing;

  @Override
  public Integer call() {
    if (verify != data.isGiven()) {
      throw new BadInputException(
          verify ? "--verify takes --data PATH, found none" : "--data is for --verify, found none");
    }
    if (originalFile != null && !verify) {
      throw new BadInputException("--original is for --verify, found none");
    }
    if (!(tolerance >= 0)) {
      throw new BadInputException("--tolerance is " + tolerance + ", expected at least 0");
    }
    OnnxModel given = OnnxModel.read(file);
    Optional<OnnxModel> original = Optional.ofNullable(originalFile).map(OnnxModel::read);
    Optional<Preprocessing> applied =
        verify ? Optional.of(preprocessing(given, original)) : Optional.empty();
    Optional<Dataset> pictures = applied.map(a -> data.open(a.geometry()));
    OnnxModel model =
        pictures
            .map(p -> decisions.choose(given, p.classNames(), common))
            .orElseGet(() -> decisions.named(given));
    ModelFacts facts = ModelFacts.of(model);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", file.toString());
    answer.put("sha256", model.sha256());
    answer.put("opset", model.opset(""));
    answer.put("inputs", model.graph().inputs().stream().map(InspectCommand::asMap).toList());
    answer.put("outputs", model.graph().outputs().stream().map(InspectCommand::asMap).toList());
    ModelUses uses = ModelUses.of(model, common.device());
    answer.putAll(ModelUsesAnswer.of(model, uses));
    TaskProposals.of(model)
        .text(DecisionOptions.TASK)
        .ifPresent(text -> answer.put("proposed_task", text));
    answer.put("operators", facts.operators());
    answer.put("quantization", facts.format().toString());
    answer.put("weights", facts.weights());
    answer.put("sparsity", facts.sparsity());
    answer.put(
        "preprocessing",
        PreprocessingMetadata.read(model).map(PreprocessingAnswer::of).orElse(null));
    answer.put("not_differentiable", uses.differentiating().orElse(null));
    List<String> lines = lines(answer, model);
    Map<String, String> layers = CompressedLayers.list(model);
    answer.put("layers", layers);
    layers.forEach((name, operator) -> lines.add("layer " + name + " (" + operator + ")"));
    if (!verify) {
      common.answer(answer, lines);
      return 0;
    }
    VerificationAnswer verified =
        new VerificationAnswer(
            verification(model, original, applied.orElseThrow(), pictures.orElseThrow()),
            tolerance);
    answer.put("verification", verified.asMap());
    lines.addAll(verified.lines());
    common.answer(answer, lines);
    return 0;
  }

  private Preprocessing preprocessing(OnnxModel model, Optional<OnnxModel> original) {
    return original
        .map(o -> preprocessing.ofPair(o, model))
        .orElseGet(() -> preprocessing.of(model));
  }

  private Verification verification(
      OnnxModel model, Optional<OnnxModel> original, Preprocessing applied, Dataset pictures) {
    Optional<OnnxModel> chosen =
        original.map(o -> decisions.choose(o, pictures.classNames(), common));
    return new GraphVerification(model, chosen, applied, common.accelerator().torchDevice())
        .run(pictures, common.progress());
  }

  private static Map<String, Object> asMap(ValueInfo value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", value.name());
    map.put("type", value.typeText());
    map.put("shape", value.shape().orElse(null));
    return map;
  }

  private static List<String> lines(Map<String, Object> answer, OnnxModel model) {
    List<String> lines = new ArrayList<>();
    answer.forEach(
        (key, value) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%-20s %s",
                    key.replace('_', ' '),
                    switch (key) {
                      case "task" -> Tasks.words(Tasks.of(model));
                      case "inputs" -> texts(model.graph().inputs());
                      case "outputs" -> texts(model.graph().outputs());
                      default -> value == null ? "-" : value;
                    })));
    return lines;
  }

  private static String texts(List<ValueInfo> values) {
    return values.stream().map(ValueInfo::text).collect(Collectors.joining(", "));
  }
}
