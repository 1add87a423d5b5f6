package dev.plumbline.agent;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An execution provider of ONNX Runtime that the agent can ask for by name. */
enum Provider {
  CPU("CPU", OrtProvider.CPU, (options, threads) -> options.addCPU(true)),
  // These two by their own options: the simpler calls work with a bridge to Java that was built
  // with CUDA alone, and a board's build for Python has none.
  CUDA(
      "CUDA",
      OrtProvider.CUDA,
      (options, threads) -> {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions()) {
          options.addCUDA(cuda);
        }
      }),
  TENSORRT(
      "TensorRT",
      OrtProvider.TENSOR_RT,
      (options, threads) -> {
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions()) {
          options.addTensorrt(tensorRt);
        }
      }),
  // It has threads of its own, and as many as it is told.
  XNNPACK(
      "XNNPACK",
      OrtProvider.XNNPACK,
      (options, threads) ->
          options.addXnnpack(Map.of("intra_op_num_threads", Integer.toString(threads)))),
  // Without its fast arithmetic, which rounds otherwise than the model says.
  ACL("ACL", OrtProvider.ACL, (options, threads) -> options.addACL(false)),
  DNNL("DNNL", OrtProvider.DNNL, (options, threads) -> options.addDnnl(true)),
  OPENVINO("OpenVINO", OrtProvider.OPEN_VINO, (options, threads) -> options.addOpenVINO("")),
  QNN("QNN", OrtProvider.QNN, (options, threads) -> options.addQnn(Map.of())),
  ROCM("ROCm", OrtProvider.ROCM, (options, threads) -> options.addROCM()),
  WEBGPU("WebGPU", OrtProvider.WEBGPU, (options, threads) -> options.addWebGPU(Map.of()));

  /** What ONNX Runtime must be told to use it. */
  @FunctionalInterface
  private interface Choice {
    void make(SessionOptions options, int threads) throws OrtException;
  }

  private final String label;
  private final OrtProvider ort;
  private final Choice choice;

  Provider(String label, OrtProvider ort, Choice choice) {
    this.label = label;
    this.ort = ort;
    this.choice = choice;
  }

  /** Name on the command line. */
  String label() {
    return label;
  }

  /** Name that ONNX Runtime gives it. */
  String ortName() {
    return ort.getName();
  }

  /** The one of that name, in whatever case. */
  static Optional<Provider> named(String name) {
    return Arrays.stream(values()).filter(p -> p.label.equalsIgnoreCase(name)).findFirst();
  }

  /** Those that this ONNX Runtime has. */
  static List<Provider> available() {
    EnumSet<OrtProvider> there = OrtEnvironment.getAvailableProviders();
    return Arrays.stream(values()).filter(p -> there.contains(p.ort)).toList();
  }

  /**
   * Puts it after those that the options have already.
   *
   * @param threads within an operator
   */
  void choose(SessionOptions options, int threads) throws OrtException {
    choice.make(options, threads);
  }
}
