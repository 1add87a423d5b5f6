package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Vectors whose directions are compared. */
final class EmbeddingKind implements TaskKind {
  private static final String COSINE = "cosine";
  private static final String VERIFY = "verify";

  /**
   * An angle of 26 degrees. Networks that tell faces or objects apart call two pictures the same
   * from cosines of 0.3 to 0.7 on; one picture that is 0.9 from itself can change sides in pairs
   * that are not near that threshold, while good 8-bit models stay above 0.98 on most pictures.
   */
  private static final double USUAL = 0.9;

  private static final List<String> NAMES = List.of("embed", "feature", "vector", "descriptor");

  @Override
  public String name() {
    return Embedding.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        COSINE, "least cosine between the vectors of both models for one input; default 0.9");
    settings.put(
        VERIFY,
        "cosine from which on evaluate calls two inputs the same; default where the original"
            + " tells most pairs right");
    settings.put(OutputOfTask.SETTING, OutputOfTask.MEANING);
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    ValueInfo output =
        OutputOfTask.find(
            model, settings, EmbeddingKind::isVector, "batch x numbers (or x 1 x 1), 2 or more");
    double cosine = settings.number(COSINE, -0.999999, 0.999999, USUAL);
    Optional<Double> verify =
        settings.text(VERIFY).map(text -> settings.number(VERIFY, -1, 1, Double.NaN));
    return new BoundTask(
        new Embedding(cosine, verify),
        List.of(new RowOutput(output.name(), RowOutput.Read.NUMBERS)));
  }

  /** Batch first; of the other dimensions at most one is not 1. */
  private static boolean isVector(ValueInfo output) {
    List<Long> dims = output.dims();
    return dims.size() >= 2
        && dims.subList(1, dims.size()).stream().filter(d -> d != 1).count() == 1;
  }

  @Override
  public Task read(JsonNode json) {
    TaskFields fields = TaskFields.of(json, "kind", COSINE, VERIFY);
    return new Embedding(fields.number(COSINE), fields.optionalNumber(VERIFY));
  }

  @Override
  public String decisionKey() {
    return Vector.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    return new Vector(Floats.ofBase64(TaskFields.of(json, Vector.KEY).text(Vector.KEY)));
  }

  /** By the output's name, or by what makes vectors of length 1 at the end of the graph. */
  @Override
  public Optional<String> looksLike(OnnxModel model) {
    List<ValueInfo> vectors =
        model.graph().outputs().stream().filter(EmbeddingKind::isVector).toList();
    for (ValueInfo output : vectors) {
      String name = output.name().toLowerCase(Locale.ROOT);
      Optional<String> end = model.graph().producer(output.name()).map(Node::operator);
      if (end.filter("LpNormalization"::equals).isPresent()) {
        return Optional.of("has the output " + output.text() + ", which is of length 1");
      }
      if (NAMES.stream().anyMatch(name::contains)) {
        return Optional.of("has the output " + output.text());
      }
    }
    return Optional.empty();
  }
}
