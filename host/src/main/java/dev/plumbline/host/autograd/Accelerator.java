package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.engine.Engine;
import dev.plumbline.host.BadInputException;

/** Where gradients are computed, as the user asked for it. */
public enum Accelerator {
  /** CUDA where libtorch has it, else the CPU. */
  AUTO,
  CPU,
  CUDA;

  /**
   * The device to compute on.
   *
   * @throws BadInputException if CUDA was asked for and libtorch has no CUDA device
   */
  public Device torchDevice() {
    if (this == CPU) {
      return Device.cpu();
    }
    Engine engine = TorchEngine.load();
    boolean cuda = engine.getGpuCount() > 0;
    if (this == CUDA && !cuda) {
      throw new BadInputException(
          "accelerator cuda: libtorch "
              + engine.getVersion()
              + " finds no CUDA device, expected an NVIDIA GPU and a libtorch built with CUDA"
              + " (PYTORCH_LIBRARY_PATH)");
    }
    return cuda ? Device.gpu() : Device.cpu();
  }
}
