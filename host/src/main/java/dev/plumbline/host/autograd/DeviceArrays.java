package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Puts arrays where they are computed with.
 *
 * <p>Whatever the device, owners of arrays are managers of the CPU. DJL makes an array of every
 * number in an expression on the device of its owner, and copying it to a GPU waits until the GPU
 * has done all that it was given. An array without axes on the CPU is an argument of the GPU's
 * kernel instead, for which nothing waits. What has axes is to be put on the device with the
 * methods here; what is computed is where its operands are.
 *
 * <p>One thing is different on a GPU: dividing by a number multiplies by its reciprocal, which may
 * round otherwise. What has to be exact is divided by an array on the device.
 */
public final class DeviceArrays {
  private DeviceArrays() {}

  /** A new owner of arrays. */
  public static NDManager owner() {
    return NDManager.newBaseManager(Device.cpu(), TorchEngine.load().getEngineName());
  }

  /**
   * An array on a device; the one that was made elsewhere is closed.
   *
   * @param made owns no gradient
   */
  public static NDArray on(Device device, NDArray made) {
    NDArray placed = made.toDevice(device, false);
    if (placed != made) {
      made.close();
    }
    return placed;
  }

  /**
   * An array on the device of another one, whose memory libtorch owns: indices and masks are kept
   * for the way back of gradients, when Java has let go of the buffer that it made them in.
   */
  public static NDArray beside(NDArray other, NDArray made) {
    return owned(on(other.getDevice(), made));
  }

  /** A copy in memory of libtorch's; what was made in a buffer of Java's is closed. */
  static NDArray owned(NDArray made) {
    try (made) {
      return made.duplicate();
    }
  }
}
