package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** What the constants of a model have to be, whatever computes with it. */
final class ConstantsCheck {
  private ConstantsCheck() {}

  /**
   * Refuses weights that are no numbers, and scales of quantization that are not above 0. A scale
   * of 0 makes zeros of integers, as tools write it for a channel whose weights were pruned;
   * nothing can be divided by it.
   *
   * @throws BadInputException naming the constant
   */
  static void graph(Graph graph) {
    for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
      int at = firstNaN(constant.getValue());
      if (at >= 0) {
        throw new BadInputException(
            "constant "
                + constant.getKey()
                + " of dimensions "
                + dims(constant.getValue())
                + " holds NaN at "
                + at
                + ", expected numbers");
      }
    }
    for (Node node : graph.nodes()) {
      if (node.quantizes() || node.dequantizes()) {
        node.input(1).flatMap(graph::constant).ifPresent(scale -> scale(node, scale));
      }
    }
  }

  private static String dims(Tensor tensor) {
    return Arrays.toString(tensor.dims());
  }

  private static int firstNaN(Tensor tensor) {
    ByteBuffer buffer = tensor.buffer();
    int size = tensor.size();
    for (int i = 0; i < size; i++) {
      boolean nan =
          switch (tensor.type()) {
            case FLOAT -> Float.isNaN(buffer.getFloat(4 * i));
            case DOUBLE -> Double.isNaN(buffer.getDouble(8 * i));
            default -> false;
          };
      if (nan) {
        return i;
      }
    }
    return -1;
  }

  private static void scale(Node node, Tensor scale) {
    float[] values = scale.floats();
    for (int i = 0; i < values.length; i++) {
      boolean right = values[i] > 0 || node.dequantizes() && values[i] == 0;
      if (!right || Float.isInfinite(values[i])) {
        throw new BadInputException(
            "the scale of node "
                + node.name()
                + " ("
                + node.operator()
                + ") is "
                + values[i]
                + " at "
                + i
                + ", expected a number above 0");
      }
    }
  }
}
