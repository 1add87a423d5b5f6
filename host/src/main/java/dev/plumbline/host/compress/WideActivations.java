package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.QOperatorExpansion;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A quantized model whose activations are rounded to 16 bits in place of 8, over the same ranges:
 * 65,535 steps are 257 times 255. ONNX Runtime takes 16 bits in operators of its own, and has no
 * integer kernels for them, so that layers run in float between the roundings.
 */
public final class WideActivations {
  /** Steps of 16 bits in one of 8. */
  private static final int STEPS = 257;

  private final OnnxModel model;
  private final Graph graph;
  private final GraphRewriting rewriting;

  /** Scale and zero point by the value of integers that they belong to. */
  private final Map<String, List<String>> parameters = new HashMap<>();

  private WideActivations(OnnxModel model) {
    this.model = model;
    this.graph = model.graph();
    this.rewriting = new GraphRewriting(model);
  }

  /**
   * Rewrites a model.
   *
   * @param quantized with QuantizeLinear and DequantizeLinear, or with operators of integers
   * @throws BadInputException if no activation is quantized with 8 bits, or one is in another way
   *     than by a constant scale for all of its numbers
   */
  public static OnnxModel of(OnnxModel quantized) {
    OnnxModel written = new WideActivations(QOperatorExpansion.of(quantized)).write();
    return Provenance.read(quantized)
        .map(
            made ->
                new Provenance(made.compression() + " 16-bit activations", made.parentSha256())
                    .write(written))
        .orElse(written);
  }

  private OnnxModel write() {
    for (Node node : graph.nodes()) {
      if (roundsActivation(node)) {
        parameters.put(node.output(), widened(node));
        rewriting.copyAsRuntimes(node, with(node, parameters.get(node.output())));
      } else if (node.dequantizes() && parameters.containsKey(node.inputs().get(0))) {
        rewriting.copyAsRuntimes(node, with(node, parameters.get(node.inputs().get(0))));
      } else if (node.inputs().stream().anyMatch(parameters::containsKey)) {
        throw refused(node);
      } else {
        rewriting.copy(node, node.inputs(), Set.of());
      }
    }
    if (parameters.isEmpty()) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has no activations of 8 bits, expected a model of quantize --mode static");
    }
    return rewriting.build();
  }

  private boolean roundsActivation(Node node) {
    return node.quantizes() && graph.constant(node.inputs().get(0)).isEmpty();
  }

  private static List<String> with(Node node, List<String> parameters) {
    List<String> inputs = new ArrayList<>(List.of(node.inputs().get(0)));
    inputs.addAll(parameters);
    return inputs;
  }

  /** Names of the scale and zero point of 16 bits for those of a QuantizeLinear. */
  private List<String> widened(Node node) {
    Tensor scale =
        node.input(1)
            .flatMap(graph::constant)
            .filter(t -> t.size() == 1 && t.type() == ElementType.FLOAT)
            .orElseThrow(() -> refused(node));
    Optional<Tensor> zero = node.input(2).flatMap(graph::constant).filter(t -> t.size() == 1);
    boolean none = node.input(2).isEmpty() && node.intAttribute("output_dtype", 0) == 0;
    ElementType from =
        none ? ElementType.UINT8 : zero.map(Tensor::type).orElseThrow(() -> refused(node));
    ElementType to =
        switch (from) {
          case UINT8 -> ElementType.UINT16;
          case INT8 -> ElementType.INT16;
          default -> throw refused(node);
        };
    long low = zero.map(t -> t.longs()[0]).orElse(0L) - from.lowest();
    return List.of(
        rewriting.initializer(
            rewriting.freshName(node.output() + "_scale16"),
            Tensor.ofFloats(new long[0], scale.floats()[0] / STEPS)),
        rewriting.initializer(
            rewriting.freshName(node.output() + "_zero_point16"),
            Tensor.ofIntegers(to, new long[0], STEPS * low + to.lowest())));
  }

  private BadInputException refused(Node node) {
    return new BadInputException(
        "model "
            + model.name()
            + " rounds activations at node "
            + node.name()
            + " ("
            + node.operator()
            + ") in a way that has no form of 16 bits, expected QuantizeLinear of 8 bits with one"
            + " constant scale and DequantizeLinear behind it");
  }
}
