package dev.plumbline.host.onnx;

import java.util.Optional;
import java.util.Set;

/**
 * How a model's output is read, found by walking back from it over nodes that only move numbers.
 *
 * @param kind what the numbers are
 * @param logits the value in the graph that a softmax, or the sigmoid of a binary model, turns into
 *     the output; empty where the output is logits itself, and where that is not one node
 * @param certain whether the graph alone tells; else only a run does
 */
record OutputReading(ScoreKind kind, Optional<String> logits, boolean certain) {
  /** What only moves numbers or rounds them. */
  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "Reshape",
          "Squeeze",
          "Unsqueeze",
          "Flatten",
          "Cast",
          "Dropout",
          "QuantizeLinear",
          "DequantizeLinear");

  /** What makes numbers that have no reason to sum to 1. */
  private static final Set<String> LINEAR =
      Set.of(
          "Gemm",
          "MatMul",
          "Conv",
          "Add",
          "Sub",
          "LogSoftmax",
          "Log",
          "QLinearConv",
          "QLinearMatMul",
          "QLinearAdd",
          "QGemm",
          "FusedMatMul",
          "FusedGemm",
          "FusedConv",
          "MatMulNBits",
          "MatMulIntegerToFloat",
          "DynamicQuantizeMatMul");

  /** The node that makes the numbers of the output; null where it is an input or a constant. */
  private static Node maker(Graph graph) {
    return maker(graph, graph.output().name()).orElse(null);
  }

  /** The node that makes the numbers of a value; none where it is an input or a constant. */
  static Optional<Node> maker(Graph graph, String value) {
    Optional<Node> node = graph.producer(value);
    while (node.isPresent()
        && PASSING.contains(node.get().operator())
        && node.get().input(0).isPresent()) {
      node = graph.producer(node.get().inputs().get(0));
    }
    return node;
  }

  /** What the softmax or the sigmoid at the end of an output is given. */
  static Optional<ValueBefore> before(Graph graph, String output, int opset) {
    Graph read =
        graph.withOutput(
            graph.outputs().stream()
                .filter(o -> o.name().equals(output))
                .findFirst()
                .orElseThrow());
    Node node = maker(read);
    if (node == null || !node.is("Softmax") && !node.is("Sigmoid")) {
      return Optional.empty();
    }
    // Before opset 13 a softmax went over all dimensions from its axis on.
    long usual = opset < 13 ? 1 : -1;
    int axis = Math.toIntExact(node.intAttribute("axis", usual));
    return node.input(0).map(name -> new ValueBefore(name, axis));
  }

  /** Of a binary model, whose output is one number. */
  static OutputReading ofOneNumber(Graph graph) {
    Node node = maker(graph);
    return switch (node == null ? "" : node.operator()) {
      case "Sigmoid" -> new OutputReading(ScoreKind.ONE_PROBABILITY, node.input(0), true);
      case "HardSigmoid", "QLinearSigmoid" ->
          new OutputReading(ScoreKind.ONE_PROBABILITY, Optional.empty(), true);
      default -> new OutputReading(ScoreKind.ONE_LOGIT, Optional.empty(), true);
    };
  }

  static OutputReading of(Graph graph) {
    Node node = maker(graph);
    if (node == null || LINEAR.contains(node.operator())) {
      return new OutputReading(ScoreKind.LOGITS, Optional.empty(), true);
    }
    return switch (node.operator()) {
      case "Softmax" ->
          // Over the batch it would be no scores of classes.
          node.intAttribute("axis", 1) == 0
              ? new OutputReading(ScoreKind.LOGITS, Optional.empty(), false)
              : new OutputReading(ScoreKind.PROBABILITIES, node.input(0), true);
      case "QLinearSoftmax" -> new OutputReading(ScoreKind.PROBABILITIES, Optional.empty(), true);
      case "Sigmoid", "HardSigmoid", "QLinearSigmoid" ->
          new OutputReading(ScoreKind.INDEPENDENT, Optional.empty(), true);
      default -> new OutputReading(ScoreKind.LOGITS, Optional.empty(), false);
    };
  }

  /** This, when a run has shown that the numbers are probabilities. */
  OutputReading shownAsProbabilities() {
    return new OutputReading(ScoreKind.PROBABILITIES, Optional.empty(), true);
  }

  /**
   * The logits of what the model put out for a picture. Of probabilities they are the logarithms,
   * whose softmax the probabilities are. One number becomes two logits, of which the first is 0:
   * the softmax of these is the sigmoid.
   */
  float[] logits(float[] scores) {
    return switch (kind) {
      case LOGITS, INDEPENDENT -> scores;
      case PROBABILITIES -> {
        float[] logits = new float[scores.length];
        for (int c = 0; c < logits.length; c++) {
          logits[c] = log(scores[c]);
        }
        yield logits;
      }
      case ONE_LOGIT -> new float[] {0, scores[0]};
      case ONE_PROBABILITY -> new float[] {0, log(scores[0]) - log(1 - scores[0])};
    };
  }

  private static float log(float probability) {
    return (float) Math.log(Math.max(probability, ScoreKind.LEAST_PROBABILITY));
  }
}
