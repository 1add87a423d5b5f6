package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Strings of a batch, where models compute: {@link PathMargin} for all inputs at once. S is the
 * number of states of the longest string; shorter ones have states that no path reaches.
 *
 * @param task that reads rows
 * @param symbols int64, N x 1 x S: the class that leads into a state
 * @param closed N x 1 x S: 0, or far below for states that no path reaches
 * @param skips N x S: 0 where a state is reached from the second one before it, else far below
 * @param keeping int64, three of N x 1 x S x 1: classes that do not lead out of the states
 * @param whole N x S: 0 for states that have the whole string, else far below
 * @param unfinished N x S: 0 for states that have a part of it, else far below
 * @param start N x S: 0 for the state before the first step, else far below
 */
record DecodedBatch(
    Sequence task,
    NDArray symbols,
    NDArray closed,
    NDArray skips,
    List<NDArray> keeping,
    NDArray whole,
    NDArray unfinished,
    NDArray start)
    implements DecisionBatch {
  /** Below all scores of paths, and finite. */
  private static final float FAR_BELOW = -1e9f;

  static DecodedBatch of(
      List<StringStates> strings, Sequence task, NDManager owner, UnaryOperator<NDArray> place) {
    int inputs = strings.size();
    int states = strings.stream().mapToInt(StringStates::count).max().orElse(1);
    long[] symbols = new long[inputs * states];
    long[][] keeping = new long[StringStates.MOST_KEEPING][inputs * states];
    float[] closed = new float[inputs * states];
    float[] skips = closed.clone();
    float[] whole = closed.clone();
    float[] unfinished = closed.clone();
    float[] start = closed.clone();
    for (float[] each : List.of(closed, skips, whole, unfinished, start)) {
      Arrays.fill(each, FAR_BELOW);
    }
    for (int i = 0; i < inputs; i++) {
      StringStates string = strings.get(i);
      start[i * states] = 0;
      for (int state = 0; state < string.count(); state++) {
        int at = i * states + state;
        int symbol = string.symbol(state);
        if (symbol >= 0 && symbol < task.classes()) {
          symbols[at] = symbol;
          closed[at] = 0;
        }
        for (int k = 0; k < keeping.length; k++) {
          keeping[k][at] = string.keeping(state)[k];
        }
        skips[at] = string.skipsBlank(state) ? 0 : FAR_BELOW;
        (string.isWhole(state) ? whole : unfinished)[at] = 0;
      }
    }
    Shape flat = new Shape(inputs, states);
    Shape overSteps = new Shape(inputs, 1, states);
    Shape overLargest = new Shape(inputs, 1, states, 1);
    return new DecodedBatch(
        task,
        place.apply(owner.create(symbols, overSteps)),
        place.apply(owner.create(closed, overSteps)),
        place.apply(owner.create(skips, flat)),
        Arrays.stream(keeping).map(k -> place.apply(owner.create(k, overLargest))).toList(),
        place.apply(owner.create(whole, flat)),
        place.apply(owner.create(unfinished, flat)),
        place.apply(owner.create(start, flat)));
  }

  @Override
  public NDArray margins(NDArray scores) {
    NDArray steps = fromGreedy(task.steps(scores));
    NDList reached = reached(steps);
    NDArray last = reached.remove(reached.size() - 1);
    NDArray left = NDArrays.stack(reached, 1).add(leaving(steps));
    long inputs = steps.getShape().get(0);
    NDArray other = left.reshape(inputs, -1).max(new int[] {1}, true);
    return best(last, whole).sub(other.maximum(best(last, unfinished)));
  }

  @Override
  public NDArray margins(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    return confidence <= 0.5 ? margins : margins.sub(Threshold.logOdds(confidence));
  }

  @Override
  public NDArray sure(NDArray scores, double confidence) {
    NDArray margins = margins(scores);
    return confidence == 0
        ? margins.onesLike()
        : margins.gte(Threshold.logOdds(confidence)).toType(DataType.FLOAT32, false);
  }

  /** As {@link Sequence#decide(float[])} has it: the path over the first of the largest classes. */
  @Override
  public NDArray made(NDArray scores) {
    NDArray steps = task.steps(scores.stopGradient());
    NDArray largest = steps.eq(steps.max(new int[] {2}, true)).toType(DataType.FLOAT32, false);
    NDArray first = largest.cumSum(2).eq(1).toType(DataType.FLOAT32, false).mul(largest);
    NDList reached = reached(first.sub(1));
    return best(reached.get(reached.size() - 1), whole).gte(0).toType(DataType.FLOAT32, false);
  }

  /**
   * Scores less the largest of their step: the greedy path's are 0. Gradients flow through the
   * largest too, as a path that has left the states goes on over them.
   */
  private static NDArray fromGreedy(NDArray steps) {
    return steps.sub(steps.max(new int[] {2}, true));
  }

  private static NDArray best(NDArray reached, NDArray among) {
    return reached.add(among).max(new int[] {1}, true);
  }

  /** The best score with which a path is in each state, N x S: before each step, and at the end. */
  private NDList reached(NDArray steps) {
    Shape shape = steps.getShape();
    long count = symbols.getShape().get(2);
    NDArray index = symbols.broadcast(shape.get(0), shape.get(1), count);
    NDList into = steps.gather(index, 2).add(closed).split(shape.get(1), 1);
    NDArray none = Scalars.times(into.get(0).stopGradient().max(new int[] {2}), 0).add(FAR_BELOW);
    NDArray now = Scalars.times(into.get(0).stopGradient().squeeze(1), 0).add(start);
    NDList reached = new NDList(now);
    for (NDArray step : into) {
      NDArray before = NDArrays.concat(new NDList(none, none, now), 1);
      NDArray skipping = before.get(":, :-2").add(skips);
      now = before.get(":, 1:-1").maximum(now).maximum(skipping).add(step.squeeze(1));
      reached.add(now);
    }
    return reached;
  }

  /** The largest score at each step that leads a path out of each state, N x steps x S. */
  private NDArray leaving(NDArray steps) {
    int most = Math.min(StringStates.MOST_KEEPING + 1, task.classes());
    NDArray classes = steps.stopGradient().topK(most, 2).get(1);
    NDArray values = steps.gather(classes, 2).expandDims(2);
    NDArray each = classes.expandDims(2);
    NDArray kept = each.eq(keeping.get(0)).logicalOr(each.eq(keeping.get(1)));
    NDArray penalty =
        Scalars.times(
            kept.logicalOr(each.eq(keeping.get(2))).toType(DataType.FLOAT32, false), FAR_BELOW);
    return values.add(penalty).max(new int[] {3});
  }
}
