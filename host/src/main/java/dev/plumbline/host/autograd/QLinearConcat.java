package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/** ONNX Runtime's concatenation of quantized arrays, each with its own scale and zero point. */
final class QLinearConcat implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    FakeQuantization output =
        FakeQuantization.single(context, 0, 1, QLinearFunction.type(context, 1));
    // The first array, its scale and its zero point are inputs 2 to 4.
    List<String> names = new ArrayList<>();
    List<FakeQuantization> parts = new ArrayList<>();
    for (int at = 2; at < context.node().inputs().size(); at += 3) {
      names.add(context.node().inputs().get(at));
      parts.add(
          FakeQuantization.single(context, at + 1, at + 2, QLinearFunction.type(context, at + 2)));
    }
    Kernel concat = OperatorRegistry.DEFAULT.compile(context.as("Concat", 13, names));
    return Kernel.ofArray(
        inputs -> {
          NDArray[] arrays = new NDArray[parts.size()];
          for (int i = 0; i < arrays.length; i++) {
            NDArray real = parts.get(i).dequantize(inputs.array(2 + 3 * i));
            arrays[i] = output.quantize(real, inputs);
          }
          return concat.array(inputs.with(arrays));
        });
  }
}
