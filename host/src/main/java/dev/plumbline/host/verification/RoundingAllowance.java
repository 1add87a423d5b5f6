package dev.plumbline.host.verification;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.stream.Stream;

/**
 * What rounding alone may make of a value, as a share of its largest magnitude. Two kernels that
 * add up in another order differ in the last bits; where the sum lies between two integers, or
 * between two numbers of half precision, one of them rounds up and the other down.
 *
 * @param share 0 of a model that computes in float32
 */
record RoundingAllowance(double share) {
  /** A step of its own inputs, and one that they bring with them, of the 127 that int8 has. */
  private static final double EIGHT_BITS = 2.0 / 127;

  /** Half precision keeps 11 bits; layers add up what they lose. */
  private static final double HALF_PRECISION = 0.01;

  static RoundingAllowance of(OnnxModel model) {
    Graph graph = model.graph();
    boolean quantized = graph.nodes().stream().anyMatch(RoundingAllowance::rounds);
    boolean half =
        Stream.concat(
                Stream.of(graph.input().elementType()),
                graph.constants().values().stream().map(c -> c.type().onnxNumber()))
            .anyMatch(type -> type == ElementType.FLOAT16.onnxNumber());
    return new RoundingAllowance(quantized ? EIGHT_BITS : half ? HALF_PRECISION : 0);
  }

  private static boolean rounds(Node node) {
    return node.quantizes()
        || node.operator().startsWith("QLinear")
        || node.operator().startsWith("DynamicQuantize")
        || node.operator().equals("QGemm");
  }
}
