package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * How far a model is from making another mask of an expected one, in logits.
 *
 * <p>A pixel's margin is how far the score of its expected class is above the largest other one.
 * The margin of the mask is by how much the margins of all its pixels would have to fall until it
 * deviates; below zero, by how much they would have to rise until it does not. So its sign is that
 * of the rule, and it moves with the pixels' margins one to one.
 *
 * <p>The exact value has no useful slope, as it depends on single pixels. Its gradient is that of a
 * mean of the pixels' margins: a pixel weighs the more, the nearer its own margin is to the mask's,
 * and the more its class loses by it. That is the object, and not the background around.
 */
final class MaskMargins {
  /** What a pixel is behind whose expected class comes second of two equal scores. */
  static final float TIE = 1e-12f;

  /** Levels of a round, and rounds; they are of the cube root, for the sake of small margins. */
  private static final int LEVELS = 8;

  private static final int ROUNDS = 5;

  /** In logits: a pixel that is so far from the mask's margin weighs less by e. */
  private static final double REACH = 1;

  /** Numbers of a part of a batch that is looked at at once: a few times that are in memory. */
  private static final long PART = 1 << 22;

  private static final double NO_WEIGHT = 1e4;

  private MaskMargins() {}

  /** The margin of one row, without gradient. */
  static double of(PixelScores scores, int[] expected, MaskRule rule) {
    int[] other = scores.others(expected);
    float[] ahead = scores.ahead(expected, other);
    double most = 1;
    for (float by : ahead) {
      most = Math.max(most, Math.abs(by) + 1);
    }
    double furthest = most;
    DoublePredicate agrees =
        fallen -> {
          MaskOverlap overlap = new MaskOverlap();
          for (int i = 0; i < ahead.length; i++) {
            overlap.add(expected[i], ahead[i] < (float) fallen ? other[i] : expected[i], 1);
          }
          return rule.difference(overlap).isEmpty();
        };
    boolean holds = agrees.test(0);
    double sign = holds ? 1 : -1;
    double from = 0;
    double cell = 1;
    for (int round = 0; round < ROUNDS; round++) {
      cell /= LEVELS;
      int level = 1;
      while (level < LEVELS
          && agrees.test(sign * furthest * Math.pow(from + level * cell, 3)) == holds) {
        level++;
      }
      from += (level - 1) * cell;
    }
    return sign * furthest * Math.pow(from + cell / 2, 3);
  }

  /**
   * The margins of a batch, with gradients.
   *
   * @param scores N x classes x pixels, as {@link MaskOutput#scores} gives them
   * @param expected classes of the pixels, int64, N x pixels
   * @return N x 1
   */
  static NDArray of(NDArray scores, NDArray expected, MaskRule rule) {
    NDArray plain = scores.stopGradient();
    List<NDList> parts = new ArrayList<>();
    for (long[] part : parts(scores)) {
      String range = part[0] + ":" + part[1];
      parts.add(scoped(() -> part(plain.get(range), expected.get(range), rule)));
    }
    NDArray other = joined(parts, 0);
    NDArray value = joined(parts, 1);
    NDArray weight = joined(parts, 2);
    NDArray ahead = at(scores, expected).sub(at(scores, other));
    NDArray mean = ahead.mul(weight).sum(new int[] {1}, true);
    return mean.sub(mean.stopGradient()).add(value);
  }

  /** The scores of a class of each pixel, N x pixels. */
  static NDArray at(NDArray scores, NDArray classes) {
    NDArray there =
        Scalars.atMost(classes, scores.getShape().get(1) - 1).toType(DataType.INT64, false);
    return scores.gather(there.expandDims(1), 1).squeeze(1);
  }

  /**
   * Weights of the pixels with which each class counts alike, whatever its size; their sum is 1.
   *
   * @param scores as above; gives the number of classes
   * @param expected as above
   * @return N x pixels, without gradient
   */
  static NDArray balanced(NDArray scores, NDArray expected) {
    List<NDList> parts = new ArrayList<>();
    for (long[] part : parts(scores)) {
      NDArray some = expected.get(part[0] + ":" + part[1]);
      parts.add(
          scoped(
              () -> {
                NDArray which = oneHot(some, scores.getShape().get(1));
                NDArray pixels = which.sum(new int[] {2}, true);
                NDArray there = one(pixels.gt(0));
                NDArray each =
                    there.div(Scalars.atLeast(pixels, 1)).div(there.sum(new int[] {1}, true));
                return new NDList(each.transpose(0, 2, 1).matMul(which).squeeze(1));
              }));
    }
    return joined(parts, 0);
  }

  private static List<long[]> parts(NDArray scores) {
    long inputs = scores.getShape().get(0);
    long each = Math.max(1, Math.min(inputs, PART * inputs / scores.size()));
    List<long[]> parts = new ArrayList<>();
    for (long from = 0; from < inputs; from += each) {
      parts.add(new long[] {from, Math.min(inputs, from + each)});
    }
    return parts;
  }

  private static NDArray joined(List<NDList> parts, int index) {
    List<NDArray> arrays = parts.stream().map(part -> part.get(index)).toList();
    return arrays.size() == 1 ? arrays.get(0) : NDArrays.concat(new NDList(arrays), 0);
  }

  private interface Made {
    NDList make();
  }

  /** Closes what making took, other than what it gives. */
  private static NDList scoped(Made made) {
    NDList result;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = made.make();
      result.forEach(NDScope::unregister);
    }
    result.forEach(NDScope::register);
    return result;
  }

  /** The largest other class of each pixel, the margin, and the pixels' weights. */
  private static NDList part(NDArray scores, NDArray expected, MaskRule rule) {
    long classes = scores.getShape().get(1);
    NDArray which = oneHot(expected, classes);
    NDArray counted = which.sum(new int[] {1});
    NDArray others = scores.sub(Scalars.times(which, 1e9));
    NDArray other = others.argMax(1).toType(DataType.INT64, false);
    NDArray behind = Scalars.times(one(other.lt(expected)), TIE);
    NDArray by = at(scores, expected).sub(at(scores, other)).sub(behind).mul(counted);
    NDArray instead = oneHot(other, classes).mul(counted.expandDims(1));
    NDArray wanted = which.sum(new int[] {2});
    NDArray value = new Fall(by, which, instead, wanted, rule).margin();
    NDArray worth = rule.worth(wanted).expandDims(1);
    NDArray loses = worth.matMul(which).add(worth.matMul(instead)).squeeze(1);
    NDArray weight =
        Scalars.atLeast(loses, Float.MIN_NORMAL)
            .log()
            .sub(Scalars.dividedBy(by.sub(value).abs(), REACH))
            .add(Scalars.times(counted.sub(1), NO_WEIGHT))
            .softmax(1);
    return new NDList(other, value, weight);
  }

  /** 1 at the class of each pixel, float32, N x classes x pixels; 0 where it is ignored. */
  private static NDArray oneHot(NDArray classes, long count) {
    NDManager manager = classes.getManager();
    NDArray numbers =
        manager.arange((int) count).toType(DataType.INT64, false).reshape(1, count, 1);
    return one(classes.expandDims(1).eq(numbers.toDevice(classes.getDevice(), false)));
  }

  private static NDArray one(NDArray holds) {
    return holds.toType(DataType.FLOAT32, false);
  }

  /**
   * What becomes of masks whose pixels' margins fall.
   *
   * @param by the pixels' margins, N x pixels
   * @param which is 1 at each pixel's expected class, N x classes x pixels
   * @param instead is 1 at the largest other one
   * @param wanted pixels of each class, N x classes
   */
  private record Fall(NDArray by, NDArray which, NDArray instead, NDArray wanted, MaskRule rule) {
    /** N x 1. */
    NDArray margin() {
      NDManager manager = by.getManager();
      NDArray most = by.abs().max(new int[] {1}, true).add(1).toType(DataType.FLOAT64, false);
      NDArray low = most.zerosLike();
      NDArray high = most.onesLike();
      NDArray holds = scoped(() -> new NDList(agree(low))).get(0);
      NDArray sign = Scalars.times(holds.toType(DataType.FLOAT64, false), 2).sub(1);
      NDArray steps =
          Scalars.dividedBy(manager.arange(1f, LEVELS + 1f).toType(DataType.FLOAT64, false), LEVELS)
              .reshape(1, LEVELS)
              .toDevice(by.getDevice(), false);
      NDArray from = low;
      NDArray size = high;
      for (int round = 0; round < ROUNDS; round++) {
        NDArray start = from;
        NDArray cell = size;
        NDArray before =
            scoped(
                    () -> {
                      NDArray level = start.add(cell.mul(steps));
                      NDArray same = agree(Scalars.toThe(level, 3).mul(most).mul(sign)).eq(holds);
                      // As far as nothing has changed; the last level is beyond.
                      NDArray kept = same.toType(DataType.FLOAT64, false).neg().add(1).cumSum(1);
                      return new NDList(
                          Scalars.atMost(
                              kept.eq(0).toType(DataType.FLOAT64, false).sum(new int[] {1}, true),
                              LEVELS - 1));
                    })
                .get(0);
        size = Scalars.dividedBy(cell, LEVELS);
        from = start.add(before.mul(size));
      }
      NDArray found = from.add(Scalars.dividedBy(size, 2));
      return Scalars.toThe(found, 3).mul(most).mul(sign).toType(DataType.FLOAT32, false);
    }

    /** Whether masks agree with the expected ones, boolean, N x as many as there are falls. */
    private NDArray agree(NDArray falls) {
      NDArray fallen = falls.toType(DataType.FLOAT32, false).expandDims(2);
      NDArray stays = one(by.expandDims(1).gte(fallen));
      NDArray both = pixels(stays.matMul(which.transpose(0, 2, 1)));
      NDArray fell = pixels(stays.neg().add(1).matMul(instead.transpose(0, 2, 1)));
      NDArray expected = pixels(wanted).expandDims(1);
      NDArray found = both.add(fell);
      return rule.agree(both, expected, found);
    }

    private static NDArray pixels(NDArray counts) {
      return counts.toType(DataType.FLOAT64, false);
    }
  }
}
