package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DifferentiableGraph;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes the change of effective pictures smaller while they stay effective: bisection towards the
 * seed, then pixels set back to the seed's in random groups, where a group may.
 */
final class Shrinking {
  private static final int BISECTIONS = 4;
  private static final int GROUPS = 8;

  private final DifferentiableGraph original;
  private final DifferentiableGraph compressed;
  private final ArrayPreprocessing arrays;
  private final double minConfidence;

  /**
   * @param minConfidence of the original on pictures that are made smaller, before and after
   */
  Shrinking(
      DifferentiableGraph original,
      DifferentiableGraph compressed,
      ArrayPreprocessing arrays,
      double minConfidence) {
    this.original = original;
    this.compressed = compressed;
    this.arrays = arrays;
    this.minConfidence = minConfidence;
  }

  /**
   * The batch with its effective pictures nearer to their seeds; the others are as they were.
   *
   * @param seeds pixels 0 to 255 of the seed of each
   * @param randomSeed of the groups
   */
  Judged shrink(Judged batch, NDArray seeds, long randomSeed) {
    int[] effective =
        IntStream.range(0, batch.seedLabels().length).filter(row -> wanted(batch, row)).toArray();
    if (effective.length == 0) {
      return batch;
    }
    NDArray rows = seeds.getManager().create(Arrays.stream(effective).asLongStream().toArray());
    int[] labels = Arrays.stream(effective).map(row -> batch.seedLabels()[row]).toArray();
    NDArray from = seeds.get(rows);
    NDArray nearer = bisect(batch.pixels().get(rows), from, labels);
    NDArray fewer = resetGroups(nearer, from, labels, new SplittableRandom(randomSeed));
    NDArray all = batch.pixels().duplicate();
    for (int i = 0; i < effective.length; i++) {
      all.set(new NDIndex(effective[i]), fewer.get(i));
    }
    return Judged.of(original, compressed, arrays, all, batch.seedLabels());
  }

  private NDArray bisect(NDArray pixels, NDArray from, int[] labels) {
    NDArray whole = pixels.sub(from);
    NDArray best = pixels;
    NDArray near = from.getManager().zeros(new Shape(labels.length, 1, 1, 1));
    NDArray far = near.add(1);
    for (int i = 0; i < BISECTIONS; i++) {
      NDArray middle = near.add(far).div(2);
      NDArray trial = from.add(whole.mul(middle).round());
      NDArray holds = holds(trial, labels);
      best = choose(holds, trial, best);
      far = choose(holds, middle, far);
      near = choose(holds, near, middle);
    }
    return best;
  }

  private NDArray resetGroups(NDArray pixels, NDArray from, int[] labels, SplittableRandom random) {
    long[] group = random.longs(pixels.size() / labels.length, 0, GROUPS).toArray();
    NDArray groups =
        from.getManager().create(group, new Shape(1).addAll(pixels.getShape().slice(1)));
    NDArray best = pixels;
    for (int g = 0; g < GROUPS; g++) {
      NDArray reset = groups.eq(g).toType(DataType.FLOAT32, false);
      NDArray trial = best.sub(best.sub(from).mul(reset));
      best = choose(holds(trial, labels), trial, best);
    }
    return best;
  }

  private boolean wanted(Judged judged, int row) {
    return judged.isEffective(row) && judged.byOriginal().confidences()[row] >= minConfidence;
  }

  /** 1 for each picture that is effective and sure enough, else 0; N x 1 x 1 x 1. */
  private NDArray holds(NDArray pixels, int[] labels) {
    Judged judged = Judged.of(original, compressed, arrays, pixels, labels);
    float[] holds = new float[labels.length];
    for (int row = 0; row < holds.length; row++) {
      holds[row] = wanted(judged, row) ? 1 : 0;
    }
    return pixels.getManager().create(holds, new Shape(holds.length, 1, 1, 1));
  }

  /** Whole numbers stay whole, as the choice is 0 or 1. */
  private static NDArray choose(NDArray holds, NDArray then, NDArray otherwise) {
    return otherwise.add(then.sub(otherwise).mul(holds));
  }
}
