package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.GraphRun;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.DecisionBatch;
import dev.plumbline.host.task.Scalars;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What distinguishes one search from another: how a batch of pictures moves. The loop around it is
 * {@link Search}'s.
 */
public interface SearchAlgorithm {
  /** Its name on the command line. */
  String id();

  /**
   * Prepares how a batch moves, for a pair of models.
   *
   * @throws BadInputException if the pair cannot be searched in this way
   */
  Movement movement(OnnxModel original, OnnxModel compressed, SearchSettings settings);

  /** Steps of a seed where nobody says otherwise. */
  default int usualSteps() {
    return SearchSettings.PUBLISHED_STEPS;
  }

  /** Whether a seed stops early; another takes its place in the batch. */
  default boolean isDone(MutatedPicture latest, SearchSettings settings) {
    return false;
  }

  /** Whether it heeds {@link SearchSettings#minConfidence}. */
  default boolean keepsConfidence() {
    return false;
  }

  /**
   * This, looking for deviations whose margin for the compressed model's own decision is at least
   * this; the same where it has no such goal.
   *
   * @param margin at least 0
   */
  default SearchAlgorithm past(double margin) {
    return this;
  }

  /** Whether {@link SearchSettings#clip} bounds its steps. */
  default boolean clipsSteps() {
    return false;
  }

  /** What corpora keep of it beside its name. */
  default Map<String, Object> kept() {
    return Map.of();
  }

  /** Which inputs it changes. */
  default Set<InputKind> moves() {
    return Set.of(InputKind.PICTURES);
  }

  /**
   * Whether the change of a picture that ends a walk, which has to be an effective one, is made
   * smaller while it stays so.
   */
  default boolean shrinks() {
    return false;
  }

  /**
   * Whether a walk goes on after a find, to the end of its steps, and what it finds is its most
   * severe deviation.
   */
  default boolean seeksSeverity() {
    return false;
  }

  /**
   * Whether of these deviations the compressed model's margin for its own decision alone counts, as
   * long as the original holds.
   */
  default boolean seeksOwnMargin() {
    return false;
  }

  /** How a batch of pictures moves. */
  sealed interface Movement permits Objective, Proposal, Trials {}

  /** Moves without gradients: it sees what both models gave for the last pictures. */
  @FunctionalInterface
  non-sealed interface Proposal extends Movement {
    /**
     * The pictures to try next.
     *
     * @return whole numbers of 0 to 255, float32, N x C x H x W
     */
    NDArray next(Seen seen);
  }

  /**
   * What is known when pictures are proposed.
   *
   * @param pictures the last ones, where a walk begins its seed; whole numbers of 0 to 255,
   *     float32, N x C x H x W
   * @param seeds where each of them started, likewise
   * @param answers what both models gave for the last pictures
   * @param random a source for each picture, independent of the batch that it is in
   */
  record Seen(
      NDArray pictures,
      NDArray seeds,
      List<Answers> answers,
      List<SplittableRandom> random,
      SearchSettings settings) {}

  /**
   * Moves without gradients, by trial: both models are asked about several changes of an input, one
   * after the other, and a change stays where its cost is lower.
   */
  non-sealed interface Trials extends Movement {
    /** Changes that a step tries, at least 1. */
    int tries();

    /** How far below zero the compressed model's margin is to come; at least 0. */
    double past();

    /** An input with a change to try. */
    float[] changed(Trial trial);

    /**
     * What a walk lowers; infinite for what it must not become.
     *
     * @param ofOriginal margin of the seed's decision, and of the confidence that is asked for
     * @param ofCompressed margin of what the compressed model should decide; below 0 where it
     *     deviates
     */
    double cost(double ofOriginal, double ofCompressed);
  }

  /**
   * Where a walk stands that tries a change.
   *
   * @param values of its input, row-major; not to be changed
   * @param seed where it started, likewise
   * @param done the share of its steps that it has made, 0 to below 1
   * @param random a source of its own
   */
  record Trial(float[] values, float[] seed, double done, SplittableRandom random) {}

  /**
   * What both models gave for a picture, the compressed one as the proxy.
   *
   * @param original outputs, by class
   * @param compressed likewise
   */
  record Answers(float[] original, float[] compressed) {}

  /** Moves down a loss by its gradients. */
  non-sealed interface Objective extends Movement {
    /** Values of the original's graph that the loss reads. */
    default Set<String> originalValues() {
      return Set.of();
    }

    /** Values of the compressed graph that the loss reads. */
    default Set<String> compressedValues() {
      return Set.of();
    }

    /**
     * The loss, summed over the batch, so that each picture's gradient is its own.
     *
     * @return a scalar
     */
    NDArray loss(Forward forward);

    /**
     * The inputs after a step. As published: gradient descent, its change clipped per channel, both
     * in the unit of a step.
     *
     * @return in the model's layout, owned by the scope of the step or by {@code step.inputs()}'s
     */
    default NDArray move(Step step) {
      NDArray unit = step.arrays().stepUnit();
      NDArray change =
          Scalars.times(step.gradient().mul(unit), -step.settings().rate())
              .minimum(step.clip())
              .maximum(step.clip().neg())
              .mul(unit);
      return step.inputs().add(change);
    }
  }

  /**
   * Where a batch stands when it moves. Arrays are in the model's layout.
   *
   * @param inputs float form of what walks
   * @param seeds where each of them started
   * @param originalGradient of the loss with respect to the inputs, as far as it goes through the
   *     original
   * @param compressedGradient likewise through the compressed model
   * @param clip the most that one step changes an input, by channel, in the unit of a step
   * @param numbers of the step, from 1, of each picture; float64, N x 1
   * @param apart how far the confirming judge's margin was seen above the proxy's, in logits, at
   *     least 0; float32, N x 1
   * @param trails of walks that go on after a find; else empty
   */
  record Step(
      NDArray inputs,
      NDArray seeds,
      NDArray originalGradient,
      NDArray compressedGradient,
      NDArray clip,
      NDArray numbers,
      NDArray apart,
      Optional<Trails> trails,
      ArrayPreprocessing arrays,
      SearchSettings settings) {
    /** Of the loss with respect to the inputs. */
    NDArray gradient() {
      return originalGradient.add(compressedGradient);
    }
  }

  /**
   * What walks remember.
   *
   * @param before pixels of the pictures before the inputs, float32, N x C x H x W
   * @param lengths root mean square change of a pixel by the step, N x 1
   */
  record Trails(NDArray before, NDArray lengths) {}

  /**
   * One pass of a batch through both models.
   *
   * @param original logits N x classes, and the values asked for
   * @param compressed likewise
   * @param now what the original decides on the float input of this step
   * @param seeds what it decides on the seed
   * @param expected what the compressed model should decide: as on the seed; where decisions agree
   *     within a bound, as the original does now
   * @param random a source for each picture, independent of the batch that it is in
   */
  record Forward(
      GraphRun original,
      GraphRun compressed,
      DecisionBatch now,
      DecisionBatch seeds,
      DecisionBatch expected,
      List<SplittableRandom> random) {}
}
