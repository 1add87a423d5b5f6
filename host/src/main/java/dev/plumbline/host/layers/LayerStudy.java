package dev.plumbline.host.layers;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;

/** Which layers of a compressed model given deviations come from, and which to keep in float. */
public final class LayerStudy {
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final Deviations deviations;
  private final LayerSearch search;

  /**
   * Tries every layer alone.
   *
   * @param deviations of a corpus of the original
   * @param device computes the proxies
   * @throws dev.plumbline.host.BadInputException if a layer has no weights of the original
   */
  public LayerStudy(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      Deviations deviations,
      Device device,
      Progress progress) {
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.deviations = deviations;
    this.search =
        new LayerSearch(
            CompressedLayers.of(compressed, original),
            preprocessing,
            deviations.pictures(),
            deviations.expected(),
            device,
            progress);
  }

  /** What each layer restores. */
  public Attribution attribution() {
    return search.attribution();
  }

  /**
   * The layers that restore most, and what the host says of the model with them in float.
   *
   * @param growth how much the file may grow by them, in percent, at least 0
   * @param provider runs both models
   */
  public ConfirmedSuggestion suggestion(double growth, RuntimeProvider provider) {
    long largest = (long) (compressed.bytes().length * (1 + growth / 100));
    Suggestion suggestion = search.suggestion(largest);
    Confirmation confirmation =
        Confirmation.of(
            compressed,
            suggestion.model(),
            preprocessing,
            deviations.pictures(),
            deviations.expected(),
            provider);
    return new ConfirmedSuggestion(compressed, suggestion, confirmation);
  }
}
