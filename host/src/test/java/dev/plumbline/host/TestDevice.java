package dev.plumbline.host;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DeviceArrays;
import java.util.Locale;

/**
 * What tests of arrays compute on: the CPU, or with {@code -Dplumbline.test.accelerator=cuda} a
 * GPU.
 */
public final class TestDevice {
  private static final Device DEVICE =
      Accelerator.valueOf(
              System.getProperty("plumbline.test.accelerator", "cpu").toUpperCase(Locale.ROOT))
          .torchDevice();

  private TestDevice() {}

  public static Device device() {
    return DEVICE;
  }

  /** An array on that device. */
  public static NDArray place(NDArray made) {
    return DeviceArrays.on(DEVICE, made);
  }
}
