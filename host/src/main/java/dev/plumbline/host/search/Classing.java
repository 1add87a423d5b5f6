package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.proxy.Predictions;
import dev.plumbline.host.proxy.ProxyJudge;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.List;

/**
 * Classes 8-bit pictures by what the original and the proxy of the compressed model make of them.
 */
final class Classing implements AutoCloseable {
  private final Task task;
  private final ArrayPreprocessing arrays;
  private final ProxyJudge original;
  private final ProxyJudge compressed;

  Classing(ArrayPreprocessing arrays, ProxyJudge original, ProxyJudge compressed) {
    this.task = original.task();
    this.arrays = arrays;
    this.original = original;
    this.compressed = compressed;
  }

  static Classing of(
      DifferentiableGraph original, DifferentiableGraph compressed, ArrayPreprocessing arrays) {
    ProxyJudge ofOriginal = ProxyJudge.nearestToDeployed(original, arrays);
    try {
      return new Classing(arrays, ofOriginal, ProxyJudge.nearestToDeployed(compressed, arrays));
    } catch (RuntimeException e) {
      ofOriginal.close();
      throw e;
    }
  }

  /** What both say of seeds, on which the original decides here. */
  Judged seeds(NDArray pixels) {
    NDArray input = arrays.toInput(pixels);
    ProxyJudge.Answer ofOriginal = original.ask(input);
    ProxyJudge.Answer ofCompressed = compressed.ask(input);
    Predictions byOriginal = ofOriginal.await();
    return new Judged(pixels, byOriginal.decisions(), byOriginal, ofCompressed.await());
  }

  /**
   * What both say of mutated pictures.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   * @param seeds what the original decides on the seed of each
   */
  Judged mutated(NDArray pixels, List<Decision> seeds) {
    NDArray input = arrays.toInput(pixels);
    ProxyJudge.Answer ofOriginal = original.ask(input);
    ProxyJudge.Answer ofCompressed = compressed.ask(input);
    return new Judged(pixels, seeds, ofOriginal.await(), ofCompressed.await());
  }

  /**
   * What the compressed model should decide on mutated pictures on which the original holds.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   */
  List<Decision> expected(NDArray pixels, SeedDecisions seeds) {
    return task.agreesWithinBound()
        ? original.ask(arrays.toInput(pixels)).await().decisions()
        : seeds.values();
  }

  /**
   * Which mutated pictures are effective, with the original at least so sure of its decision. Where
   * both models compute on the device, it is asked for nothing back.
   *
   * @param pixels whole numbers of 0 to 255, N x C x H x W
   * @param minConfidence 0 to below 1
   * @return 1 for each that is, else 0; float32, N x 1 x 1 x 1
   */
  NDArray effective(NDArray pixels, SeedDecisions seeds, double minConfidence) {
    Shape each = PixelSteps.forEach(pixels);
    boolean onDevice = original.graph().isPresent() && compressed.graph().isPresent();
    if (onDevice && !task.agreesWithinBound()) {
      NDArray input = arrays.toInput(pixels);
      NDArray byOriginal = original.graph().get().logits(input);
      NDArray holds = seeds.batch().made(byOriginal);
      NDArray deviates = seeds.batch().made(compressed.graph().get().logits(input)).neg().add(1);
      NDArray sure = seeds.batch().sure(byOriginal, minConfidence);
      return holds.mul(deviates).mul(sure).reshape(each);
    }
    Judged judged = mutated(pixels, seeds.values());
    float[] effective = new float[seeds.size()];
    for (int row = 0; row < effective.length; row++) {
      boolean sure = judged.byOriginal().decisions().get(row).confidence() >= minConfidence;
      effective[row] = judged.isEffective(row) && sure ? 1 : 0;
    }
    return arrays.place(pixels.getManager().create(effective, each));
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
