package dev.plumbline.agent;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Execution providers in the order in which ONNX Runtime asks them to take a node. What none of
 * them takes is the CPU's.
 */
record ProviderOrder(List<Provider> providers) {
  ProviderOrder {
    providers = List.copyOf(providers);
  }

  static ProviderOrder of(Provider... providers) {
    return new ProviderOrder(List.of(providers));
  }

  /**
   * Reads names separated by commas.
   *
   * @throws StartException if one is unknown, not in this ONNX Runtime or there twice
   */
  static ProviderOrder parse(String names) {
    List<Provider> available = Provider.available();
    List<Provider> order = new ArrayList<>();
    for (String given : names.split(",", -1)) {
      String name = given.strip();
      Provider provider =
          Provider.named(name)
              .orElseThrow(
                  () ->
                      new StartException(
                          "provider '"
                              + name
                              + "' is unknown; expected names separated by commas, of which this"
                              + " ONNX Runtime has "
                              + labels(available.stream())));
      if (!available.contains(provider)) {
        throw new StartException(
            "provider '"
                + name
                + "' is not in this ONNX Runtime; it has "
                + labels(available.stream()));
      }
      if (order.contains(provider)) {
        throw new StartException(
            "provider '" + name + "' is named twice in '" + names + "'; expected each once");
      }
      order.add(provider);
    }
    return new ProviderOrder(order);
  }

  private static String labels(Stream<Provider> providers) {
    return providers.map(Provider::label).collect(Collectors.joining(", "));
  }

  /**
   * Tells ONNX Runtime.
   *
   * @param threads within an operator
   */
  void choose(SessionOptions options, int threads) throws OrtException {
    for (Provider provider : providers) {
      provider.choose(options, threads);
    }
  }

  /** As it was asked for, by ONNX Runtime's names; what ran is another matter. */
  String fingerprint() {
    Stream<String> asked = providers.stream().map(Provider::ortName);
    Stream<String> last =
        providers.contains(Provider.CPU) ? Stream.of() : Stream.of(OrtProvider.CPU.getName());
    return Stream.concat(asked, last).collect(Collectors.joining(","));
  }

  @Override
  public String toString() {
    return labels(providers.stream());
  }
}
