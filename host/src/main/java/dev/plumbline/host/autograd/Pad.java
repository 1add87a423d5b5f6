package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.Tensor;

/** A border of one value around an array. */
final class Pad implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    String mode = context.node().stringAttribute("mode", "constant");
    if (!mode.equals("constant")) {
      throw context.unsupported("its mode is " + mode + ", expected constant");
    }
    if (context.node().input(3).isPresent()) {
      throw context.unsupported("it names axes");
    }
    long[] pads = context.requireConstant(1, "padding").longs();
    for (long pad : pads) {
      if (pad < 0) {
        throw context.unsupported("it crops");
      }
    }
    double value = context.constant(2).map(Tensor::floats).map(v -> (double) v[0]).orElse(0.0);
    int axes = pads.length / 2;
    long[] lastAxisFirst = new long[pads.length];
    for (int i = 0; i < axes; i++) {
      lastAxisFirst[2 * i] = pads[axes - 1 - i];
      lastAxisFirst[2 * i + 1] = pads[2 * axes - 1 - i];
    }
    return Kernel.elementwise((NDArray a) -> a.pad(new Shape(lastAxisFirst), value));
  }
}
