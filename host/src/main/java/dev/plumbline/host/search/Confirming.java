package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowReading;
import dev.plumbline.host.proxy.Predictions;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks the confirming judge of a search, the compressed model as it is deployed, about what the
 * proxy calls effective.
 */
final class Confirming {
  /** In logits: the proxy is brought as far behind its boundary where the judge disagrees. */
  private static final float OF_CHOICE = 1;

  private final Task task;
  private final Optional<Judge> judge;
  private final ArrayPreprocessing arrays;
  private final OnnxModel model;

  /**
   * @param judge without one the proxy's word stands
   * @param model that the judge runs, the compressed one
   */
  Confirming(Task task, Optional<Judge> judge, ArrayPreprocessing arrays, OnnxModel model) {
    this.task = task;
    this.judge = judge;
    this.arrays = arrays;
    this.model = model;
  }

  /** What stands of the proxy's word: only effective pictures are asked about. */
  Confirmed confirm(Judged judged) {
    List<Integer> candidates = new ArrayList<>();
    for (int row = 0; row < judged.size(); row++) {
      if (judged.isEffective(row)) {
        candidates.add(row);
      }
    }
    if (judge.isEmpty() || candidates.isEmpty()) {
      return Confirmed.asTheProxySays(judged);
    }
    NDArray pixels = judged.pixels();
    long[] rows = candidates.stream().mapToLong(Integer::longValue).toArray();
    NDArray asked =
        rows.length == judged.size()
            ? pixels
            : pixels.get(arrays.place(pixels.getManager().create(rows)));
    return Confirmed.of(judged, candidates, ask(asked), mostMargin());
  }

  /**
   * Which pictures the judge sees deviate.
   *
   * @param pixels whole numbers of 0 to 255, each effective in the eyes of the proxy, N x C x H x W
   * @param expected what the compressed model should decide on each; asked for with a judge only
   * @return 1 for each that does, else 0, N x 1 x 1 x 1; empty without a judge
   */
  Optional<NDArray> deviates(NDArray pixels, Supplier<List<Decision>> expected) {
    if (judge.isEmpty()) {
      return Optional.empty();
    }
    List<Decision> wanted = expected.get();
    List<Decision> found = ask(pixels).decisions();
    float[] deviates = new float[found.size()];
    for (int row = 0; row < deviates.length; row++) {
      deviates[row] = task.differ(wanted.get(row), found.get(row)) ? 1 : 0;
    }
    return Optional.of(
        arrays.place(pixels.getManager().create(deviates, PixelSteps.forEach(pixels))));
  }

  /** Of a model that puts out what it chose, a small one, as it does not say how sure it is. */
  private float mostMargin() {
    return model.rows().filter(RowReading::readsLabels).isPresent()
        ? OF_CHOICE
        : Float.POSITIVE_INFINITY;
  }

  private Predictions ask(NDArray pixels) {
    float[][] scores = judge.orElseThrow().logits(arrays.inputs(pixels));
    return Predictions.of(task, scores, model.name());
  }
}
