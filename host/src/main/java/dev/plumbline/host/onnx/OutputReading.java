package dev.plumbline.host.onnx;

import java.util.Optional;
import java.util.Set;

/**
 * How a model's output is read, found by walking back from it over nodes that only move numbers.
 *
 * @param kind what the numbers are
 * @param logits the value in the graph that a softmax turns into the output; empty where the output
 *     is logits itself, and where the softmax is not one node
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

  static OutputReading of(Graph graph) {
    Node node = graph.producer(graph.output().name()).orElse(null);
    while (node != null && PASSING.contains(node.operator()) && node.input(0).isPresent()) {
      node = graph.producer(node.inputs().get(0)).orElse(null);
    }
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
   * The logits of what the model put out: of probabilities the logarithms, whose softmax they are.
   */
  float logit(float score) {
    return kind == ScoreKind.PROBABILITIES
        ? (float) Math.log(Math.max(score, ScoreKind.LEAST_PROBABILITY))
        : score;
  }
}
