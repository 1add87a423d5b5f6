package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import dev.plumbline.agent.runs.WholeRuns;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a graph on batches of any size where its model was exported for one: in {@link WholeRuns} of
 * that size, or all at once where that gives the same.
 */
final class Portions {
  /** Sums in another order differ by less; a model that mixes pictures by far more. */
  private static final float TOLERANCE = 1e-4f;

  /** Runs the graph once. */
  interface Run {
    GraphRun of(NDArray input);
  }

  private final int size;
  private final boolean mayTakeAll;

  /** Whether it takes all at once; known after the first batch that is larger. */
  private Optional<Boolean> takesAll = Optional.empty();

  /**
   * @param model whose batch says how large a portion is
   */
  Portions(OnnxModel model) {
    boolean dynamic = model.graph().quantizesDynamically();
    // Ranges of each picture are kept apart in a batch that is left open.
    this.size = dynamic && model.graph().input().fixedBatch() == 0 ? 0 : model.batch();
    this.mayTakeAll = !dynamic;
  }

  /**
   * Runs the graph.
   *
   * @param once the run that is wanted
   * @param plain a run without gradient, to find out whether all can run at once
   */
  GraphRun run(NDArray input, Run once, Run plain) {
    long pictures = input.getShape().dimension() == 0 ? 0 : input.getShape().get(0);
    if (size == 0 || pictures == size || pictures == 0) {
      return once.of(input);
    }
    if (pictures > size && takesAll.isEmpty()) {
      takesAll = Optional.of(mayTakeAll && isSameAtOnce(input, plain));
    }
    return pictures > size && takesAll.orElse(false) ? once.of(input) : inPortions(input, once);
  }

  private boolean isSameAtOnce(NDArray input, Run plain) {
    long some = Math.min(input.getShape().get(0), 2L * size);
    NDArray few = part(input, 0, some).stopGradient();
    NDArray apart = inPortions(few, plain).logits();
    NDArray together;
    try {
      together = plain.of(few).logits();
    } catch (UnsupportedNodeException e) {
      // What was reshaped for one batch does not take another.
      return false;
    }
    if (!together.getShape().equals(apart.getShape())) {
      return false;
    }
    float[] a = apart.toFloatArray();
    float[] b = together.toFloatArray();
    float largest = 1e-6f;
    float difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    return difference <= TOLERANCE * largest;
  }

  private GraphRun inPortions(NDArray input, Run once) {
    WholeRuns runs = new WholeRuns(Math.toIntExact(input.getShape().get(0)), size);
    NDList logits = new NDList();
    Map<String, NDList> captured = new HashMap<>();
    for (int from = 0; from < runs.pictures(); from += size) {
      int present = runs.present(from);
      NDArray portion = part(input, from, from + present);
      if (present < size) {
        NDList filled = new NDList(portion);
        for (int place = from + present; place < from + size; place++) {
          int picture = runs.picture(place);
          filled.add(part(input, picture, picture + 1));
        }
        portion = NDArrays.concat(filled, 0);
      }
      GraphRun run = once.of(portion);
      logits.add(part(run.logits(), 0, present));
      run.captured()
          .forEach((name, value) -> captured.computeIfAbsent(name, n -> new NDList()).add(value));
    }
    Map<String, NDArray> joined = new HashMap<>();
    captured.forEach((name, values) -> joined.put(name, joined(values)));
    return new GraphRun(joined(logits), joined);
  }

  private static NDArray joined(NDList parts) {
    return parts.size() == 1 || parts.get(0).getShape().dimension() == 0
        ? parts.get(0)
        : NDArrays.concat(parts, 0);
  }

  private static NDArray part(NDArray array, long from, long to) {
    return array.getShape().get(0) == to - from ? array : array.get(new NDIndex("{}:{}", from, to));
  }
}
