package dev.plumbline.agent;

import dev.plumbline.agent.security.RuntimeTelemetry;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How the agent is to run models: the part of its command line that is about ONNX Runtime. */
final class RuntimeOptions {
  private static final int MAX_THREADS = 256;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads within an operator (default: one per processor core).")
  private Integer threads;

  @Option(
      names = "--provider",
      paramLabel = "NAME[,NAME...]",
      defaultValue = "CPU",
      description = {
        "ONNX Runtime's execution providers, in the order in which they are asked to take a node:"
            + " CPU, CUDA, TensorRT, XNNPACK, ACL, DNNL, OpenVINO, QNN, ROCm, WebGPU, as far as"
            + " this ONNX Runtime has them; the CPU takes what they leave"
            + " (default: ${DEFAULT-VALUE})."
      })
  private String provider;

  @Option(
      names = "--onnxruntime-libs",
      paramLabel = "DIR",
      description = {
        "Folder of the board's own build of ONNX Runtime, with CUDA and TensorRT say, to use"
            + " instead of the agent's: libonnxruntime.so of the same version and, as far as there"
            + " are, libonnxruntime_providers_*.so and libonnxruntime4j_jni.so."
      })
  private Path onnxruntimeLibs;

  /** The board's own build of ONNX Runtime. */
  Optional<Path> libraries() {
    return Optional.ofNullable(onnxruntimeLibs);
  }

  /**
   * Loads ONNX Runtime, and says what it is asked to use.
   *
   * @throws StartException if it cannot be loaded, would send telemetry, or the libraries or
   *     providers do not fit
   */
  ProviderOrder providers() {
    RuntimeTelemetry.refusal(System.getenv(), "bin/plumbline-agent")
        .ifPresent(
            why -> {
              throw new StartException(why);
            });
    if (onnxruntimeLibs != null) {
      RuntimeLibraries.load(onnxruntimeLibs);
    }
    try {
      return ProviderOrder.parse(provider);
    } catch (LinkageError e) {
      // ONNX Runtime loads its libraries when its first class is used.
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new StartException(
          "ONNX Runtime cannot be loaded on this "
              + System.getProperty("os.arch")
              + " system: "
              + cause,
          e);
    }
  }

  /**
   * @throws StartException if it is out of bounds
   */
  int threads() {
    if (threads == null) {
      return Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    }
    AgentMain.checkRange("--threads", threads, 1, MAX_THREADS);
    return threads;
  }
}
