package dev.plumbline.host.train;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Which weights stay zero while a pruned model is trained. Immutable. */
public final class WeightMasks {
  private final Map<String, float[]> factors;

  private WeightMasks(Map<String, float[]> factors) {
    this.factors = factors;
  }

  /** All weights may change. */
  public static WeightMasks none() {
    return new WeightMasks(Map.of());
  }

  /** The zeros of a model's float convolution weights stay zero. */
  public static WeightMasks ofZeros(OnnxModel model) {
    Map<String, float[]> factors = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      if (!node.is("Conv")) {
        continue;
      }
      String name = node.inputs().get(1);
      Optional<Tensor> weight =
          model.graph().constant(name).filter(t -> t.type() == ElementType.FLOAT);
      weight
          .map(WeightMasks::ofZeros)
          .filter(WeightMasks::masks)
          .ifPresent(f -> factors.put(name, f));
    }
    return new WeightMasks(factors);
  }

  private static float[] ofZeros(Tensor weight) {
    float[] values = weight.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == 0 ? 0 : 1;
    }
    return values;
  }

  private static boolean masks(float[] factors) {
    for (float factor : factors) {
      if (factor == 0) {
        return true;
      }
    }
    return false;
  }

  /** Factors 0 or 1 of an initializer's elements, if any of them is 0. */
  Optional<float[]> factors(String initializer) {
    return Optional.ofNullable(factors.get(initializer));
  }
}
