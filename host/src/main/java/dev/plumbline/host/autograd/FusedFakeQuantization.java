package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.plumbline.host.onnx.ElementType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Quantizes and dequantizes an array of 32-bit floats with one scale and one zero point, in one
 * pass forward and one backward. The gradient is that of a straight-through estimator: one where
 * the rounded value is within the type, zero where it was clipped.
 *
 * <p>The kernel multiplies by one over the scale where ONNX divides by it: a value half way between
 * two integers may go to the other one. Values beyond what a 64-bit integer holds, NaN among them,
 * become the lowest.
 */
final class FusedFakeQuantization {
  private record Key(Device device, ElementType type) {}

  private static final Map<Key, TorchScript> KERNELS = new ConcurrentHashMap<>();

  private final TorchScript kernel;
  private final NDArray scale;
  private final NDArray zeroPoint;

  /**
   * @param type of the quantized elements, of 16 bits at most
   */
  FusedFakeQuantization(NodeContext context, float scale, int zeroPoint, ElementType type) {
    this.kernel =
        KERNELS.computeIfAbsent(
            new Key(context.manager().getDevice(), type), FusedFakeQuantization::compile);
    this.scale = context.keep(context.manager().create(scale));
    this.zeroPoint = context.keep(context.manager().create(zeroPoint));
  }

  private static TorchScript compile(Key key) {
    String expression =
        "torch.fake_quantize_per_tensor_affine(x, scale, zero_point, %d, %d)"
            .formatted(key.type.lowest(), key.type.highest());
    return TorchScript.of(key.device, expression, "x", "scale", "zero_point");
  }

  NDArray apply(NDArray x) {
    return kernel.call(x, scale, zeroPoint);
  }
}
