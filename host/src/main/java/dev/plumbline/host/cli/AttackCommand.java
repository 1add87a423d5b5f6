package dev.plumbline.host.cli;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.campaign.Attack;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.AttackReference;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "attack",
    description =
        "Attacks both models with FGSM: gradients come from the graph and the proxy, decisions from"
            + " ONNX Runtime. A classifier is led away from the labels of the data; a model of"
            + " another task from what it decides itself, or, where that is numbers, from"
            + " --annotations.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class AttackCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DecisionOptions decisions;
  @Mixin private DataOptions data;
  @Mixin private AnnotationOptions annotations;
  @Mixin private PreprocessingOptions options;

  @Parameters(paramLabel = "MODEL", description = "The original.")
  private Path file;

  @Option(
      names = "--compressed",
      required = true,
      paramLabel = "C.onnx",
      description = "The compressed model.")
  private Path compressedFile;

  @Option(
      names = "--epsilon",
      split = ",",
      defaultValue = "2,8,16",
      paramLabel = "N|N/255",
      description = "Strengths in 1/255 or as fractions (default: ${DEFAULT-VALUE}).")
  private List<Epsilon> strengths;

  @Override
  public Integer call() {
    List<Integer> epsilons = epsilons();
    OnnxModel first = OnnxModel.read(file);
    OnnxModel second = OnnxModel.read(compressedFile);
    Preprocessing preprocessing = options.ofPair(first, second);
    RuntimeProvider provider = common.providerBesideGradients();
    Device device = common.device();
    Dataset pictures = data.open(preprocessing.geometry());
    OnnxModel original = decisions.choose(first, pictures.classNames(), common);
    OnnxModel compressed = decisions.choose(second, pictures.classNames(), common);
    ModelContract.requirePair(original, compressed);
    Task task = Tasks.ofPair(original, compressed);
    Attack attack =
        new Attack(
            pictures,
            preprocessing,
            provider,
            Annotations.find(annotations.path(), task, pictures));
    var ofOriginal = attack.shares(original, epsilons, device, common.progress());
    var ofCompressed = attack.shares(compressed, epsilons, device, common.progress());
    AttackReference from = attack.from(task);
    Map<String, Object> fgsm = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    for (int epsilon : epsilons) {
      fgsm.put(
          Integer.toString(epsilon),
          Map.of("original", ofOriginal.get(epsilon), "compressed", ofCompressed.get(epsilon)));
      lines.add(
          String.format(
              Locale.ROOT,
              inWords(from),
              epsilon,
              100 * ofOriginal.get(epsilon),
              100 * ofCompressed.get(epsilon)));
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("pictures", pictures.size());
    answer.put("fgsm", fgsm);
    if (from != AttackReference.LABELS) {
      answer.put("away_from", from.toString());
    }
    common.answer(answer, lines);
    return 0;
  }

  private static String inWords(AttackReference from) {
    return "epsilon %d/255: "
        + switch (from) {
          case LABELS -> "accuracy of the original %.2f %%, of the compressed model %.2f %%";
          case ANNOTATIONS ->
              "the original is within the bound of the annotation on %.2f %%, the compressed model"
                  + " on %.2f %%";
          case DECISIONS ->
              "the original decides as without attack on %.2f %%, the compressed model on %.2f %%";
        };
  }

  private List<Integer> epsilons() {
    try {
      return Epsilon.whole(strengths);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--" + e.getMessage(), e);
    }
  }
}
