package dev.plumbline.host.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.plumbline.host.BadInputException;

/**
 * What runs a model in ONNX Runtime on the host.
 *
 * @param kind the execution provider
 * @param threads threads within an operator on the CPU, 0 for ONNX Runtime's own choice
 */
public record RuntimeProvider(Kind kind, int threads) {

  /** The execution providers that the host uses. */
  public enum Kind {
    CPU("CPUExecutionProvider"),
    CUDA("CUDAExecutionProvider");

    private final String onnxName;

    Kind(String onnxName) {
      this.onnxName = onnxName;
    }

    /** What ONNX Runtime calls it. */
    public String onnxName() {
      return onnxName;
    }
  }

  public static RuntimeProvider cpu() {
    return new RuntimeProvider(Kind.CPU, 0);
  }

  /** CUDA where this ONNX Runtime has it and a device answers, else the CPU. */
  public static RuntimeProvider best() {
    if (!RuntimeSession.has(OrtProvider.CUDA)) {
      return cpu();
    }
    try (SessionOptions options = new SessionOptions()) {
      options.addCUDA();
      return new RuntimeProvider(Kind.CUDA, 0);
    } catch (OrtException e) {
      return cpu();
    }
  }

  /**
   * CUDA.
   *
   * @throws BadInputException if this ONNX Runtime has it not, or no device answers
   */
  public static RuntimeProvider cuda() {
    try (SessionOptions options = new SessionOptions()) {
      options.addCUDA();
      return new RuntimeProvider(Kind.CUDA, 0);
    } catch (OrtException e) {
      throw new BadInputException(
          "accelerator cuda: ONNX Runtime "
              + RuntimeSession.version()
              + " cannot use CUDA ("
              + e.getMessage().strip().lines().findFirst().orElse("no reason given")
              + "), expected an NVIDIA GPU and an ONNX Runtime built with CUDA",
          e);
    }
  }

  SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    try {
      if (kind == Kind.CUDA) {
        options.addCUDA();
      }
      if (threads > 0) {
        options.setIntraOpNumThreads(threads);
      }
      return options;
    } catch (OrtException e) {
      options.close();
      throw e;
    }
  }
}
