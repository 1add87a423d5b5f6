package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;

/** Says what the original and the proxy make of 8-bit pictures. */
final class ProxyJudge implements AutoCloseable {
  private final ArrayPreprocessing arrays;
  private final Predictor original;
  private final Predictor compressed;

  ProxyJudge(ArrayPreprocessing arrays, Predictor original, Predictor compressed) {
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
    Predictor.Answer ofOriginal = original.ask(input);
    Predictor.Answer ofCompressed = compressed.ask(input);
    Predictions byOriginal = ofOriginal.await();
    return new Judged(pixels, byOriginal.labels(), byOriginal, ofCompressed.await());
  }

  /**
   * What both say of mutated pictures.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   * @param seedLabels what the original predicts for the seed of each
   */
  Judged mutated(NDArray pixels, int[] seedLabels) {
    NDArray input = arrays.toInput(pixels);
    Predictor.Answer ofOriginal = original.ask(input);
    Predictor.Answer ofCompressed = compressed.ask(input);
    return new Judged(pixels, seedLabels, ofOriginal.await(), ofCompressed.await());
  }

  /**
   * Which mutated pictures are effective, with the original at least so sure of its label. Where
   * both models compute on the device, it is asked for nothing back.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   * @param minConfidence 0 to below 1
   * @return 1 for each that is, else 0; float32, N x 1 x 1 x 1
   */
  NDArray effective(NDArray pixels, Labels seeds, double minConfidence) {
    Shape each = new Shape(seeds.values().length, 1, 1, 1);
    if (original instanceof Predictor.OfGraph o && compressed instanceof Predictor.OfGraph c) {
      NDArray input = arrays.toInput(pixels);
      NDArray byOriginal = o.graph().logits(input);
      NDArray holds = predicts(byOriginal, seeds.array());
      NDArray deviates = predicts(c.graph().logits(input), seeds.array()).neg().add(1);
      NDArray sure = isSure(byOriginal, seeds.array(), minConfidence);
      return holds.mul(deviates).mul(sure).reshape(each);
    }
    Judged judged = mutated(pixels, seeds.values());
    float[] effective = new float[seeds.values().length];
    for (int row = 0; row < effective.length; row++) {
      boolean sure = judged.byOriginal().confidences()[row] >= minConfidence;
      effective[row] = judged.isEffective(row) && sure ? 1 : 0;
    }
    return arrays.place(pixels.getManager().create(effective, each));
  }

  /** 1 where the label is the first of the largest logits, as {@link Predictions} has it; N x 1. */
  private static NDArray predicts(NDArray logits, NDArray labels) {
    NDArray largest = logits.eq(logits.max(new int[] {1}, true)).toType(DataType.FLOAT32, false);
    NDArray first = largest.cumSum(1).eq(1).toType(DataType.FLOAT32, false).mul(largest);
    return first.gather(labels, 1);
  }

  /** 1 where the softmax of the label is large enough; N x 1. */
  private static NDArray isSure(NDArray logits, NDArray labels, double minConfidence) {
    NDArray confidence =
        logits
            .toType(DataType.FLOAT64, false)
            .softmax(1)
            .gather(labels, 1)
            // As the corpus has it.
            .toType(DataType.FLOAT32, false)
            .toType(DataType.FLOAT64, false);
    return confidence.gte(minConfidence).toType(DataType.FLOAT32, false);
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
