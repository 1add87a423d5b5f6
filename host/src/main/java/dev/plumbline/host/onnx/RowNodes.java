package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ClassAxis.Declared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the rows of a model as nodes of its graph: the numbers that {@link ModelContract#rows}
 * reads from a run, bit by bit. Logarithms are taken in float64 and rounded to float32, as the host
 * does it, so that they do not depend on how a runtime approximates them in float32.
 */
public final class RowNodes {
  /** The first opset whose Max takes a scalar beside a batch. */
  private static final int SCALAR_MAX = 8;

  private final AppendedNodes nodes;

  private RowNodes(AppendedNodes nodes) {
    this.nodes = nodes;
  }

  /**
   * Adds the nodes.
   *
   * @return the rows: float32, inputs x their length
   * @throws BadInputException if the model's opset lacks an operator that they need
   */
  public static String of(AppendedNodes nodes) {
    RowNodes rows = new RowNodes(nodes);
    OnnxModel model = nodes.model();
    if (model.rows().isEmpty()) {
      return rows.logits(rows.flat(model.graph().output()), model.scores());
    }
    List<String> parts = new ArrayList<>();
    for (RowOutput output : model.rows().get().outputs()) {
      parts.add(rows.row(output));
    }
    return parts.size() == 1 ? parts.get(0) : rows.joined(parts);
  }

  private String row(RowOutput output) {
    if (output.batch() > 0 || output.read().isLabels() || output.read().listsObjects()) {
      throw new BadInputException(
          "model "
              + nodes.model().name()
              + " puts out "
              + output.name()
              + ", which is read by time steps or holds what the graph chose, expected scores with"
              + " the batch first");
    }
    String flat =
        flat(
            nodes.model().graph().outputs().stream()
                .filter(o -> o.name().equals(output.name()))
                .findFirst()
                .orElseThrow());
    return switch (output.read()) {
      case SIGMOID -> logOdds(flat, ScoreKind.LEAST_BELOW_ONE);
      case SOFTMAX -> log(flat, ScoreKind.LEAST_PROBABILITY);
      default -> flat;
    };
  }

  private String logits(String flat, ScoreKind kind) {
    return switch (kind) {
      case LOGITS, INDEPENDENT -> flat;
      case PROBABILITIES -> log(flat, ScoreKind.LEAST_PROBABILITY);
      case ONE_LOGIT -> joined(List.of(zero(flat), flat));
      case ONE_PROBABILITY ->
          joined(List.of(zero(flat), logOdds(flat, ScoreKind.LEAST_PROBABILITY)));
    };
  }

  /** Inputs x numbers, float32. */
  private String flat(ValueInfo output) {
    int batch = nodes.model().graph().input().fixedBatch();
    // The scores of the one picture that such a model takes.
    boolean alone =
        nodes.model().rows().isEmpty()
            && output.dims().size() == 1
            && ClassAxis.declared(output, batch) == Declared.SCORES;
    String numbers =
        output.elementType() == ElementType.FLOAT.onnxNumber()
            ? output.name()
            : nodes.cast(output.name(), ElementType.FLOAT);
    return nodes.node("Flatten", List.of(numbers), Map.of("axis", alone ? 0 : 1));
  }

  private String zero(String flat) {
    return nodes.node("Sub", List.of(flat, flat), Map.of());
  }

  private String joined(List<String> parts) {
    return nodes.node("Concat", parts, Map.of("axis", 1));
  }

  private String logOdds(String probabilities, float leastBelowOne) {
    String one = nodes.constant(Tensor.ofFloats(new long[0], 1));
    String others = nodes.node("Sub", List.of(one, probabilities), Map.of());
    return nodes.node(
        "Sub",
        List.of(log(probabilities, ScoreKind.LEAST_PROBABILITY), log(others, leastBelowOne)),
        Map.of());
  }

  private String log(String probabilities, float least) {
    if (nodes.opset() < SCALAR_MAX) {
      throw new BadInputException(
          "model "
              + nodes.model().name()
              + " has opset "
              + nodes.opset()
              + " and gives probabilities, expected opset "
              + SCALAR_MAX
              + " or newer for their logarithms");
    }
    String bound = nodes.constant(Tensor.ofFloats(new long[0], least));
    String bounded = nodes.node("Max", List.of(probabilities, bound), Map.of());
    String exact = nodes.node("Log", List.of(nodes.cast(bounded, ElementType.DOUBLE)), Map.of());
    return nodes.cast(exact, ElementType.FLOAT);
  }
}
