package dev.plumbline.agent;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An execution provider of ONNX Runtime that the agent can ask for by name. */
enum Provider {
  CPU(OrtProvider.CPU, options -> {}),
  CUDA(OrtProvider.CUDA, SessionOptions::addCUDA),
  TENSORRT(OrtProvider.TENSOR_RT, options -> options.addTensorrt(0)),
  XNNPACK(OrtProvider.XNNPACK, options -> options.addXnnpack(Map.of())),
  ACL(OrtProvider.ACL, options -> options.addACL(true)),
  DNNL(OrtProvider.DNNL, options -> options.addDnnl(true)),
  OPENVINO(OrtProvider.OPEN_VINO, options -> options.addOpenVINO("")),
  QNN(OrtProvider.QNN, options -> options.addQnn(Map.of()));

  /** What ONNX Runtime must be told to use it. */
  @FunctionalInterface
  private interface Choice {
    void make(SessionOptions options) throws OrtException;
  }

  private final OrtProvider ort;
  private final Choice choice;

  Provider(OrtProvider ort, Choice choice) {
    this.ort = ort;
    this.choice = choice;
  }

  /** Name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws StartException if there is none of that name, or this ONNX Runtime does not have it
   */
  static Provider named(String name) {
    for (Provider provider : values()) {
      if (provider.label().equals(name.toLowerCase(Locale.ROOT))) {
        if (!OrtEnvironment.getAvailableProviders().contains(provider.ort)) {
          throw new StartException(
              "provider '"
                  + name
                  + "' is not in this ONNX Runtime; it has "
                  + labels(OrtEnvironment.getAvailableProviders()::contains));
        }
        return provider;
      }
    }
    throw new StartException(
        "provider '" + name + "' is unknown; expected one of " + labels(ort -> true));
  }

  private static String labels(java.util.function.Predicate<OrtProvider> which) {
    return Arrays.stream(values())
        .filter(p -> which.test(p.ort))
        .map(Provider::label)
        .collect(Collectors.joining(", "));
  }

  void choose(SessionOptions options) throws OrtException {
    choice.make(options);
  }

  /** For the fingerprint: ONNX Runtime gives the CPU every operator that another one leaves. */
  String fingerprint() {
    return this == CPU ? ort.getName() : ort.getName() + "," + OrtProvider.CPU.getName();
  }
}
