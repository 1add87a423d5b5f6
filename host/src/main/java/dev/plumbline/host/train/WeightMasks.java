package dev.plumbline.host.train;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which weights stay zero while training.
 *
 * @param masks by initializer: 0 where the weight stays zero, 1 elsewhere; not to be changed
 */
public record WeightMasks(Map<String, float[]> masks) {
  public WeightMasks {
    masks = Map.copyOf(masks);
  }

  public static WeightMasks none() {
    return new WeightMasks(Map.of());
  }

  /** Zeros among a model's floating-point convolution weights stay. */
  public static WeightMasks ofZeros(OnnxModel model) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      if (node.is("Conv")) {
        String name = node.inputs().get(1);
        model
            .graph()
            .constant(name)
            .filter(tensor -> tensor.type() == ElementType.FLOAT)
            .ifPresent(tensor -> add(masks, name, tensor));
      }
    }
    return new WeightMasks(masks);
  }

  private static void add(Map<String, float[]> masks, String name, Tensor tensor) {
    float[] mask = tensor.floats();
    boolean zeros = false;
    for (int i = 0; i < mask.length; i++) {
      zeros |= mask[i] == 0;
      mask[i] = mask[i] == 0 ? 0 : 1;
    }
    if (zeros) {
      masks.put(name, mask);
    }
  }
}
