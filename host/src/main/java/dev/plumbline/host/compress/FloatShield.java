package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Of one value, the value itself. ONNX Runtime gives the float weights of a product whose input is
 * dequantized one scale of 8 bits for all, so that a layer in float would be less exact than in
 * integers; not so behind an operator that it does not know to do nothing.
 */
final class FloatShield {
  private static final String OPERATOR = "Max";

  /** The operators that it does this to. */
  private static final Set<String> REQUANTIZED = Set.of("Conv", "ConvTranspose", "Gemm");

  private FloatShield() {}

  static boolean is(Node node) {
    return node.is(OPERATOR) && node.inputs().size() == 1;
  }

  /**
   * The inputs of a node in float, with a shield where it needs one.
   *
   * @param dequantized values that come out of a DequantizeLinear
   */
  static List<String> over(
      GraphRewriting rewriting, Node node, List<String> inputs, Collection<String> dequantized) {
    if (!REQUANTIZED.contains(node.operator()) || !dequantized.contains(inputs.get(0))) {
      return inputs;
    }
    List<String> shielded = new ArrayList<>(inputs);
    String name = rewriting.freshName(node.output() + "_float_input");
    shielded.set(0, rewriting.node(OPERATOR, List.of(inputs.get(0)), name, Map.of()));
    return shielded;
  }
}
