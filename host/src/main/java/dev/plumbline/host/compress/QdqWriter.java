package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a float model as QDQ, by the ranges of activations: used once per model. */
final class QdqWriter {
  private final OnnxModel model;
  private final QuantizationPlan plan;
  private final ActivationRanges ranges;
  private final QuantizationSettings settings;
  private final GraphRewriting rewriting;

  private final Map<String, QuantizedTensors> activations = new HashMap<>();
  private final Map<String, String> dequantized = new HashMap<>();
  private final Map<String, Tensor> masters = new LinkedHashMap<>();

  QdqWriter(OnnxModel model, ActivationRanges ranges, QuantizationSettings settings) {
    this.model = model;
    this.plan = QuantizationPlan.of(model, settings.floatLayers());
    this.ranges = ranges;
    this.settings = settings;
    this.rewriting = new GraphRewriting(model);
  }

  /** The float weights and biases by name of the quantized initializer, once written. */
  Map<String, Tensor> masters() {
    return masters;
  }

  OnnxModel write() {
    quantizeActivation(model.graph().input().name());
    for (Node node : model.graph().nodes()) {
      if (plan.quantizesWeights(node)) {
        writeWeighted(node);
      } else {
        List<String> inputs = node.inputs().stream().map(i -> input(node, i)).toList();
        rewriting.copy(
            node, FloatShield.over(rewriting, node, inputs, dequantized.values()), Set.of());
      }
      node.outputs().forEach(this::quantizeActivation);
    }
    return rewriting.build();
  }

  private String input(Node node, String input) {
    if (plan.quantizesOperand(node, input)) {
      Tensor constant = model.graph().constants().get(input);
      return dequantized.computeIfAbsent(
          input, name -> constant(name, constant, WeightQuantization.operand(constant)));
    }
    return plan.takesFloats(node, input) ? input : dequantized.getOrDefault(input, input);
  }

  /** Q and DQ behind a value that the plan quantizes. */
  private void quantizeActivation(String value) {
    if (!plan.isQuantized(value)) {
      return;
    }
    QuantizedTensors q = WeightQuantization.activation(ranges.of(plan.rangeOf(value)));
    activations.put(value, q);
    List<String> parameters = parameters(value, q);
    String quantized =
        rewriting.node(
            "QuantizeLinear",
            List.of(value, parameters.get(0), parameters.get(1)),
            rewriting.freshName(value + "_quantized"),
            Map.of());
    dequantized.put(
        value,
        rewriting.node(
            "DequantizeLinear",
            List.of(quantized, parameters.get(0), parameters.get(1)),
            rewriting.freshName(value + "_dequantized"),
            Map.of()));
  }

  private List<String> parameters(String value, QuantizedTensors q) {
    return List.of(
        rewriting.initializer(
            rewriting.freshName(value + "_scale"), WeightQuantization.scaleTensor(q)),
        rewriting.initializer(
            rewriting.freshName(value + "_zero_point"), WeightQuantization.zeroPointTensor(q)));
  }

  /** A constant as integers with a DequantizeLinear behind. */
  private String constant(String name, Tensor real, QuantizedTensors q) {
    String quantized =
        rewriting.initializer(rewriting.freshName(name + "_quantized"), q.quantize(real));
    masters.put(quantized, real);
    List<String> inputs = new ArrayList<>(List.of(quantized));
    inputs.addAll(parameters(name, q));
    Map<String, Object> attributes = q.scale().length > 1 ? Map.of("axis", q.axis()) : Map.of();
    return rewriting.node(
        "DequantizeLinear", inputs, rewriting.freshName(name + "_dequantized"), attributes);
  }

  /**
   * A Conv, Gemm or MatMul. Weights that two nodes share become two: the scale of a bias follows
   * from that of the input. Factors of a Gemm go into its weights and bias, as integer kernels take
   * none.
   */
  private void writeWeighted(Node node) {
    WeightedNode weighted = WeightedNode.of(model.graph(), node);
    List<String> inputs = new ArrayList<>(node.inputs());
    float inputScale = activations.get(inputs.get(0)).scale()[0];
    float[] bias = weighted.bias();
    QuantizedTensors q = WeightQuantization.weights(weighted, settings, inputScale, bias);
    inputs.set(0, dequantized.get(inputs.get(0)));
    inputs.set(1, constant(weighted.weightName(), weighted.weight(), q));
    if (bias.length > 0) {
      inputs.set(
          2,
          constant(
              node.inputs().get(2),
              Tensor.ofFloats(new long[] {bias.length}, bias),
              WeightQuantization.bias(q, inputScale)));
    }
    rewriting.copy(node, inputs, node.is("Gemm") ? Set.of("alpha", "beta") : Set.of());
  }
}
