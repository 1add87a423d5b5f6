package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a float model with int8 weights behind a DequantizeLinear; activations and biases stay
 * float, and the arithmetic with them.
 */
record WeightOnlyWriter(OnnxModel model, QuantizationSettings settings) {

  OnnxModel write() {
    QuantizationPlan plan = QuantizationPlan.of(model);
    GraphRewriting rewriting = new GraphRewriting(model);
    for (Node node : model.graph().nodes()) {
      if (plan.quantizesWeights(node)) {
        writeWeighted(rewriting, WeightedNode.of(model.graph(), node));
      } else {
        rewriting.copy(node, node.inputs(), Set.of());
      }
    }
    return rewriting.build();
  }

  private void writeWeighted(GraphRewriting rewriting, WeightedNode layer) {
    QuantizedTensors q = WeightQuantization.weights(layer, settings, 1, new float[0]);
    String name = layer.weightName();
    String weight =
        rewriting.node(
            "DequantizeLinear",
            List.of(
                rewriting.initializer(
                    rewriting.freshName(name + "_quantized"), q.quantize(layer.weight())),
                rewriting.initializer(
                    rewriting.freshName(name + "_scale"), WeightQuantization.scaleTensor(q)),
                rewriting.initializer(
                    rewriting.freshName(name + "_zero_point"),
                    WeightQuantization.zeroPointTensor(q))),
            rewriting.freshName(name + "_dequantized"),
            q.scale().length > 1 ? Map.of("axis", q.axis()) : Map.of());
    List<String> inputs = new ArrayList<>(layer.node().inputs());
    inputs.set(1, weight);
    if (layer.bias().length > 0) {
      inputs.set(
          2,
          rewriting.initializer(
              rewriting.freshName(name + "_bias"),
              Tensor.ofFloats(new long[] {layer.bias().length}, layer.bias())));
    }
    // Factors of a Gemm are in its weights and bias.
    rewriting.copy(
        layer.node(), inputs, layer.node().is("Gemm") ? Set.of("alpha", "beta") : Set.of());
  }
}
