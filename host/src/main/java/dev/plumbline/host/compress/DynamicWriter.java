package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a float model whose activations are quantized while it runs, over the range that they have
 * then: DynamicQuantizeLinear, ConvInteger or MatMulInteger, and the sums times both scales as
 * floats. Weights are uint8 around 128, since ONNX Runtime's ConvInteger takes no other: used once
 * per model.
 */
final class DynamicWriter {
  private static final int FLOAT = 1;

  private final OnnxModel model;
  private final QuantizationPlan plan;
  private final QuantizationSettings settings;
  private final GraphRewriting rewriting;

  /** Output of the DynamicQuantizeLinear of an activation. */
  private final Map<String, List<String>> quantized = new HashMap<>();

  DynamicWriter(OnnxModel model, QuantizationSettings settings) {
    this.model = model;
    this.plan = QuantizationPlan.of(model);
    this.settings = settings;
    this.rewriting = new GraphRewriting(model);
  }

  OnnxModel write() {
    for (Node node : model.graph().nodes()) {
      if (plan.quantizesWeights(node)) {
        writeWeighted(WeightedNode.of(model.graph(), node));
      } else {
        rewriting.copy(node, node.inputs(), Set.of());
      }
    }
    return rewriting.build();
  }

  private void writeWeighted(WeightedNode layer) {
    Node node = layer.node();
    boolean convolution = node.is("Conv");
    List<String> activation = quantized.computeIfAbsent(node.inputs().get(0), this::quantize);
    QuantizedTensors q =
        WeightQuantization.unsigned(WeightQuantization.weights(layer, settings, 1, new float[0]));
    String name = layer.weightName();
    Tensor integers = q.quantize(layer.weight());
    String weight =
        rewriting.initializer(
            rewriting.freshName(name + "_quantized"),
            convolution || q.axis() != 0 ? integers : transposed(integers));
    String zeroPoint =
        rewriting.initializer(
            rewriting.freshName(name + "_zero_point"),
            Tensor.ofBytes(ElementType.UINT8, new long[0], (byte) 128));
    String scale =
        rewriting.initializer(rewriting.freshName(name + "_scale"), alongOutput(layer, q.scale()));
    String output = node.output();
    String sums = rewriting.freshName(output + "_sums");
    List<String> inputs = List.of(activation.get(0), weight, activation.get(2), zeroPoint);
    if (convolution) {
      rewriting.copyAs(node, "ConvInteger", inputs, sums);
    } else {
      rewriting.nodeOf(node, "MatMulInteger", inputs, sums);
    }
    String floats =
        rewriting.node(
            "Cast", List.of(sums), rewriting.freshName(output + "_cast"), Map.of("to", FLOAT));
    String scales =
        rewriting.node(
            "Mul",
            List.of(activation.get(1), scale),
            rewriting.freshName(output + "_scales"),
            Map.of());
    if (layer.bias().length == 0) {
      rewriting.node("Mul", List.of(floats, scales), output, Map.of());
      return;
    }
    String product =
        rewriting.node(
            "Mul", List.of(floats, scales), rewriting.freshName(output + "_product"), Map.of());
    String bias =
        rewriting.initializer(
            rewriting.freshName(name + "_bias"), alongOutput(layer, layer.bias()));
    rewriting.node("Add", List.of(product, bias), output, Map.of());
  }

  private List<String> quantize(String value) {
    List<String> outputs =
        List.of(
            rewriting.freshName(value + "_quantized"),
            rewriting.freshName(value + "_scale"),
            rewriting.freshName(value + "_zero_point"));
    rewriting.node("DynamicQuantizeLinear", List.of(value), outputs);
    return outputs;
  }

  /** Numbers per output channel so that they go with what the layer puts out. */
  private static Tensor alongOutput(WeightedNode layer, float[] values) {
    if (!layer.node().is("Conv")) {
      return Tensor.ofFloats(new long[] {values.length}, values);
    }
    long[] dims = new long[layer.weight().dims().length - 1];
    Arrays.fill(dims, 1);
    dims[0] = values.length;
    return Tensor.ofFloats(dims, values);
  }

  private static Tensor transposed(Tensor matrix) {
    int rows = Math.toIntExact(matrix.dims()[0]);
    int columns = Math.toIntExact(matrix.dims()[1]);
    long[] values = matrix.longs();
    long[] turned = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % columns * rows + i / columns] = values[i];
    }
    return Tensor.ofIntegers(matrix.type(), new long[] {columns, rows}, turned);
  }
}
