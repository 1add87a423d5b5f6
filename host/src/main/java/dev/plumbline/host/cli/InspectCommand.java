package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.verification.GraphVerification;
import dev.plumbline.host.verification.Verification;
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
    name = "inspect",
    description =
        "Inputs, outputs, operators, quantization format, what cannot be differentiated and why.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "MODEL", description = "An ONNX model.")
  private Path file;

  @Option(
      names = "--verify",
      description =
          "Compare the differentiable graph with ONNX Runtime, layer by layer; takes --data.")
  private boolean verify;

  @Mixin private VerifyingDataOptions data;

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
    OnnxModel model = OnnxModel.read(file);
    ModelFacts facts = ModelFacts.of(model);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", file.toString());
    answer.put("sha256", model.sha256());
    answer.put("opset", model.opset(""));
    answer.put("inputs", List.of(asMap(model.graph().input())));
    answer.put("outputs", model.graph().outputs().stream().map(InspectCommand::asMap).toList());
    answer.put("operators", facts.operators());
    answer.put("quantization", facts.format().toString());
    answer.put("weights", facts.weights());
    answer.put("sparsity", facts.sparsity());
    answer.put(
        "preprocessing",
        PreprocessingMetadata.read(model).map(PreprocessingAnswer::of).orElse(null));
    answer.put("not_differentiable", notDifferentiable(model));
    List<String> lines = lines(answer);
    Map<String, String> layers = CompressedLayers.list(model);
    answer.put("layers", layers);
    layers.forEach((name, operator) -> lines.add("layer " + name + " (" + operator + ")"));
    if (!verify) {
      common.answer(answer, lines);
      return 0;
    }
    VerificationAnswer verified = new VerificationAnswer(verification(model), tolerance);
    answer.put("verification", verified.asMap());
    lines.addAll(verified.lines());
    common.answer(answer, lines);
    return 0;
  }

  private Verification verification(OnnxModel model) {
    Optional<OnnxModel> original = Optional.ofNullable(originalFile).map(OnnxModel::read);
    Preprocessing applied =
        original.map(o -> preprocessing.ofPair(o, model)).orElseGet(() -> preprocessing.of(model));
    return new GraphVerification(model, original, applied, common.accelerator().torchDevice())
        .run(data.open(applied.geometry()), common.progress());
  }

  private Object notDifferentiable(OnnxModel model) {
    Device device = common.device();
    try {
      DifferentiableGraph.frozen(model, device).close();
      return null;
    } catch (UnsupportedNodeException e) {
      return e.getMessage();
    }
  }

  private static Map<String, Object> asMap(ValueInfo value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", value.name());
    map.put("shape", value.dims());
    return map;
  }

  private static List<String> lines(Map<String, Object> answer) {
    List<String> lines = new ArrayList<>();
    answer.forEach(
        (key, value) ->
            lines.add(
                String.format(
                    Locale.ROOT, "%-20s %s", key.replace('_', ' '), value == null ? "-" : value)));
    return lines;
  }
}
