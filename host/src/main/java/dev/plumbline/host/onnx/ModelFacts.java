package dev.plumbline.host.onnx;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a model is made of.
 *
 * @param operators how many nodes of each operator, by name; with its domain where that is not
 *     ONNX's own
 * @param format how it is quantized
 * @param weights numbers in the weights of convolutions and matrix products
 * @param zeros of them, that are 0 (or the zero point)
 */
public record ModelFacts(Map<String, Integer> operators, Format format, long weights, long zeros) {

  /** How a model is quantized. */
  public enum Format {
    /** Not at all. */
    FLOAT("float"),
    /** QuantizeLinear and DequantizeLinear around float operators. */
    QDQ("QDQ"),
    /** Operators on integers, such as QLinearConv. */
    Q_OPERATOR("QOperator"),
    /** Weights of few bits within operators that compute in floats, such as MatMulNBits. */
    WEIGHT_ONLY("weights only");

    private final String text;

    Format(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** ONNX Runtime's operators that hold weights of 2 to 8 bits and their scales. */
  private static final String WEIGHT_ONLY =
      "com\\.microsoft\\.(MatMulNBits|MatMulBnb4|MatMulFpQ4|GatherBlockQuantized|QMoE)";

  public static ModelFacts of(OnnxModel model) {
    Map<String, Integer> operators = new TreeMap<>();
    for (Node node : model.graph().nodes()) {
      String domain = node.domain().isEmpty() ? "" : node.domain() + ".";
      operators.merge(domain + node.operator(), 1, Integer::sum);
    }
    long weights = 0;
    long zeros = 0;
    // Operators on integers hold their weights at other inputs; here all are at one.
    Graph graph = TrainableForm.of(model).graph();
    for (Node node : graph.nodes()) {
      if (node.is("Conv") || node.is("Gemm") || node.is("MatMul")) {
        Tensor weight = weight(graph, node);
        if (weight != null) {
          weights += weight.size();
          zeros += weight.zeros();
        }
      }
    }
    return new ModelFacts(operators, format(operators), weights, zeros);
  }

  /** Share of the weights that are 0, 0 to 1; 0 for a model without weights. */
  public double sparsity() {
    return weights == 0 ? 0 : (double) zeros / weights;
  }

  private static Format format(Map<String, Integer> operators) {
    boolean integers =
        operators.keySet().stream()
            .anyMatch(o -> o.matches(".*(QLinear|Integer|QGemm|DynamicQuantizeMatMul).*"));
    if (integers) {
      return Format.Q_OPERATOR;
    }
    if (operators.keySet().stream().anyMatch(o -> o.endsWith("DequantizeLinear"))) {
      return Format.QDQ;
    }
    return operators.keySet().stream().anyMatch(o -> o.matches(WEIGHT_ONLY))
        ? Format.WEIGHT_ONLY
        : Format.FLOAT;
  }

  /** The node's second input, dequantized where it is quantized; null where it is computed. */
  private static Tensor weight(Graph graph, Node node) {
    String name = node.inputs().get(1);
    Node producer = graph.producer(name).orElse(null);
    if (producer != null && producer.dequantizes()) {
      return StoredIntegers.of(graph, producer)
          .flatMap(stored -> graph.constant(stored.initializer()))
          .map(stored -> QuantizedTensors.of(graph, producer).dequantize(stored))
          .orElse(null);
    }
    return graph.constant(name).orElse(null);
  }
}
