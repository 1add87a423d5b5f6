package dev.plumbline.host.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.Map;

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
    try {
      return withCuda();
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
    try {
      return withCuda();
    } catch (OrtException e) {
      throw new BadInputException(
          "accelerator cuda: ONNX Runtime "
              + RuntimeSession.version()
              + " cannot use CUDA ("
              + reason(e)
              + "), expected an NVIDIA GPU and an ONNX Runtime built with CUDA",
          e);
    }
  }

  private static RuntimeProvider withCuda() throws OrtException {
    // What fails is logged, for which there has to be an environment.
    OrtEnvironment environment = RuntimeSession.environment();
    RuntimeProvider cuda = new RuntimeProvider(Kind.CUDA, 0);
    GraphBuilder least = new GraphBuilder("least");
    least.output(least.node("Relu", "y", List.of(least.input("x", 1)), Map.of()), 1);
    // The provider is loaded with the options; that there is no device shows in a session.
    try (SessionOptions options = cuda.options()) {
      environment.createSession(least.build().bytes(), options).close();
      return cuda;
    }
  }

  /** What a person can do something about, of a message that begins with where it was thrown. */
  private static String reason(OrtException e) {
    String line = e.getMessage().strip().lines().findFirst().orElse("no reason given");
    int failure = line.indexOf("CUDA failure");
    String reason = failure < 0 ? line : line.substring(failure);
    int place = reason.indexOf(" ; ");
    return place < 0 ? reason : reason.substring(0, place);
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
