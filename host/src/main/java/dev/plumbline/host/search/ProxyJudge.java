package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;

/** Says what the original and the proxy make of 8-bit pictures. */
final class ProxyJudge implements AutoCloseable {
  private final ArrayPreprocessing arrays;
  private final Predictor original;
  private final Predictor compressed;

  private ProxyJudge(ArrayPreprocessing arrays, Predictor original, Predictor compressed) {
    this.arrays = arrays;
    this.original = original;
    this.compressed = compressed;
  }

  static ProxyJudge of(
      DifferentiableGraph original, DifferentiableGraph compressed, ArrayPreprocessing arrays) {
    Predictor ofOriginal = Predictor.of(original);
    try {
      return new ProxyJudge(arrays, ofOriginal, Predictor.of(compressed));
    } catch (RuntimeException e) {
      ofOriginal.close();
      throw e;
    }
  }

  /** What both say of seeds, whose labels the original gives here. */
  Judged seeds(NDArray pixels) {
    NDArray input = arrays.toInput(pixels);
    Predictions byOriginal = original.predict(input);
    return new Judged(pixels, byOriginal.labels(), byOriginal, compressed.predict(input));
  }

  /**
   * What both say of mutated pictures.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   * @param seedLabels what the original predicts for the seed of each
   */
  Judged mutated(NDArray pixels, int[] seedLabels) {
    NDArray input = arrays.toInput(pixels);
    return new Judged(pixels, seedLabels, original.predict(input), compressed.predict(input));
  }

  @Override
  public void close() {
    try {
      original.close();
    } finally {
      compressed.close();
    }
  }
}
