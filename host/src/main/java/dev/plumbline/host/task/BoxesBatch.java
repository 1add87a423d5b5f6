package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * Objects of a batch of inputs. Which score of a row a decision depends on is found without
 * gradients, as {@link Detection#margin} finds it; the gradient flows through that score alone.
 */
record BoxesBatch(Detection task, List<Boxes> decisions) implements DecisionBatch {
  @Override
  public NDArray margins(NDArray scores) {
    return margins(scores, nearest(scores, task.score()), task.score());
  }

  @Override
  public NDArray margins(NDArray scores, double confidence) {
    if (confidence <= task.score()) {
      return margins(scores);
    }
    return margins(scores, nearest(scores, confidence), confidence);
  }

  /** As {@link Detection#difference} has it of what the model decides. */
  @Override
  public NDArray made(NDArray scores) {
    return flags(
        scores, (row, decision) -> NearestScore.of(task, row, decision, task.score()).made());
  }

  /** Of objects that the model misses, none is sure. */
  @Override
  public NDArray sure(NDArray scores, double confidence) {
    double sure = Math.max(confidence, task.score());
    return flags(scores, (row, decision) -> NearestScore.isSure(task, row, decision, sure));
  }

  private NDArray flags(NDArray scores, BiPredicate<HeadRow, Boxes> holds) {
    float[] flags = new float[decisions.size()];
    List<Boolean> all = each(scores, holds::test);
    for (int i = 0; i < flags.length; i++) {
      flags[i] = all.get(i) ? 1 : 0;
    }
    return Gathering.like(scores, flags, 1);
  }

  private List<NearestScore> nearest(NDArray scores, double sure) {
    return each(scores, (row, decision) -> NearestScore.of(task, row, decision, sure));
  }

  /** What is found of each row and its decision, in order. */
  private <T> List<T> each(NDArray scores, BiFunction<HeadRow, Boxes, T> find) {
    float[] values = scores.stopGradient().toFloatArray();
    int inputs = decisions.size();
    int each = values.length / inputs;
    return IntStream.range(0, inputs)
        .parallel()
        .mapToObj(
            i -> {
              float[] row = Arrays.copyOfRange(values, i * each, (i + 1) * each);
              return find.apply(HeadRow.of(task.head(), row), decisions.get(i));
            })
        .toList();
  }

  /** Each margin is sign x log odds of a score + weight x overlap of a box + a constant. */
  private NDArray margins(NDArray scores, List<NearestScore> nearest, double sure) {
    int inputs = nearest.size();
    int[] anchors = new int[inputs];
    int[] columns = new int[inputs];
    Box[] objects = new Box[inputs];
    float[] signs = new float[inputs];
    float[] weights = new float[inputs];
    float[] constants = new float[inputs];
    boolean missed = false;
    for (int i = 0; i < inputs; i++) {
      NearestScore of = nearest.get(i);
      anchors[i] = of.anchor();
      columns[i] = of.column();
      objects[i] = of.object() == null ? new Box(0, 1, 0, 0, 1, 1, Box.Role.OBJECT) : of.object();
      switch (of.kind()) {
        case KEPT -> {
          signs[i] = 1;
          constants[i] = (float) -Threshold.logOdds(sure);
        }
        case NEW -> {
          signs[i] = -1;
          constants[i] = (float) Threshold.logOdds(task.score());
        }
        case MISSED -> {
          missed = true;
          weights[i] = 1;
          constants[i] =
              (float) (Threshold.logOdds(ScoreForm.LEAST) - Threshold.logOdds(sure) - task.iou());
        }
        case NONE -> constants[i] = (float) of.margin();
      }
    }
    NDArray margins =
        task.head()
            .logOdds(scores, anchors, columns)
            .mul(Gathering.like(scores, signs, 1))
            .add(Gathering.like(scores, constants, 1));
    return missed
        ? margins.add(
            task.head().iou(scores, anchors, objects).mul(Gathering.like(scores, weights, 1)))
        : margins;
  }
}
