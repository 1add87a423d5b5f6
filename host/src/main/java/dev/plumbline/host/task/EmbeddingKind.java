package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Vectors whose directions are compared. */
final class EmbeddingKind implements TaskKind {
  private static final String COSINE = "cosine";
  private static final String VERIFY = "verify";
  private static final String REFERENCES = "references";

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
        "cosine from which on two inputs are called the same; default for evaluate where the"
            + " original tells most pairs right");
    settings.put(
        REFERENCES,
        "a .npy file with the vectors of enrolled identities: that a model no longer verifies one"
            + " of them, or another one, is a deviation, too");
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
    Optional<Path> file = settings.file(REFERENCES);
    if (file.isPresent() && verify.isEmpty()) {
      throw new BadInputException(
          settings.option()
              + " sets "
              + REFERENCES
              + " of "
              + Embedding.KIND
              + " without "
              + VERIFY
              + ", expected "
              + VERIFY
              + "=COSINE, from which on a reference and an input are the same");
    }
    Optional<References> references = file.map(References::read);
    references.ifPresent(read -> requireDimensions(model, output, file.get(), read));
    return new BoundTask(
        new Embedding(cosine, verify, references),
        List.of(new RowOutput(output.name(), RowOutput.Read.NUMBERS)));
  }

  private static void requireDimensions(
      OnnxModel model, ValueInfo output, Path file, References references) {
    long declared =
        output.shape().isEmpty()
            ? -1
            : output.dims().stream().skip(1).filter(d -> d != 1).findFirst().orElse(-1L);
    if (declared > 0 && declared != references.dimensions()) {
      throw new BadInputException(
          "references "
              + file
              + " hold vectors of "
              + references.dimensions()
              + " numbers and model "
              + model.name()
              + " gives "
              + output.text()
              + ", expected vectors of "
              + declared);
    }
  }

  /** Batch first; of the other dimensions at most one is not 1. */
  private static boolean isVector(ValueInfo output) {
    List<Long> dims = output.dims();
    return dims.size() >= 2
        && dims.subList(1, dims.size()).stream().filter(d -> d != 1).count() == 1;
  }

  @Override
  public Task read(JsonNode json) {
    TaskFields fields = TaskFields.of(json, "kind", COSINE, VERIFY, REFERENCES);
    Optional<References> references =
        json.has(REFERENCES) ? Optional.of(References.of(json.get(REFERENCES))) : Optional.empty();
    return new Embedding(fields.number(COSINE), fields.optionalNumber(VERIFY), references);
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
