package dev.plumbline.host.task;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * What a model is for, and so what counts as its answer. A task reads decisions from a model's
 * outputs, says when two of them differ, and measures how far a decision is from its boundary.
 */
public sealed interface Task
    permits Classification,
        Embedding,
        Keypoints,
        MultiLabel,
        Regression,
        Segmentation,
        Sequence,
        Detection {
  /** Its name in options, jobs and files. */
  String kind();

  /**
   * The task as JSON, for files.
   *
   * @see Tasks#read
   */
  Map<String, Object> json();

  /** The task as JSON, for answers and messages: what is long is told by its number and SHA-256. */
  default Map<String, Object> summary() {
    return json();
  }

  /**
   * What a model decides on one input.
   *
   * @param scores its row: the numbers of the outputs that the task reads, one output after the
   *     other, each row-major; logits of a classifier
   * @throws BadInputException if a score is not finite, or the row is of another length than the
   *     task can have
   */
  Decision decide(float[] scores);

  /** What a model decides on each input. */
  default List<Decision> decide(float[][] scores) {
    List<Decision> decisions = new ArrayList<>(scores.length);
    for (float[] row : scores) {
      decisions.add(decide(row));
    }
    return decisions;
  }

  /**
   * What labelled data say should be decided on each of their pictures.
   *
   * @throws BadInputException if labels of classes are not what this kind decides
   */
  default List<Decision> annotated(Dataset data) {
    throw new BadInputException(
        "the task is "
            + kind()
            + ", which is scored by what people noted about the pictures, expected --annotations"
            + " PATH");
  }

  /**
   * What the data say should be decided on one of their pictures.
   *
   * @return empty where the data have no labels, or labels are not what this kind decides
   */
  default Optional<Decision> annotated(Dataset data, int index) {
    return Optional.empty();
  }

  /** Whether labels of the data say something that models of this kind are measured by. */
  default boolean takesLabels() {
    return false;
  }

  /**
   * Refuses decisions that a model cannot make.
   *
   * @param outputs how many scores the model has for each input
   * @param model what to call it in the message
   * @throws BadInputException if there is one
   */
  default void requirePossible(List<Decision> decisions, long outputs, String model) {}

  /**
   * Why two decisions are a deviation, as the end of a sentence that begins with the expected one.
   *
   * @param expected what the original decides
   * @param found what the compressed model decides
   * @return empty if the two agree
   */
  Optional<String> difference(Decision expected, Decision found);

  /**
   * Whether decisions agree that lie within a bound of each other, as masks do, so that two of them
   * may each agree with a third one and not with each other. Labels agree where they are the same.
   */
  default boolean agreesWithinBound() {
    return true;
  }

  /**
   * Whether decisions are numbers, whose distance says whether they agree. Then gradients flow
   * through what a model has just decided, too.
   */
  default boolean decidesNumbers() {
    return false;
  }

  /** Whether a model tells how sure it is of what it decides. */
  default boolean hasConfidence() {
    return !decidesNumbers();
  }

  /**
   * A decision in words, for people.
   *
   * @param classNames by number; a class without a name is told by its number
   */
  default String text(Decision decision, List<String> classNames) {
    return decision.text(classNames);
  }

  /**
   * Whether the original still decides on a changed input as it did on the seed, so that a
   * compressed model that decides otherwise is the one that is wrong. Numbers follow their input:
   * there is nothing for the original to keep, and the two models are compared on the changed input
   * alone.
   *
   * @param seed what the original decides on the seed
   * @param changed what it decides on the changed input
   */
  default boolean keeps(Decision seed, Decision changed) {
    return decidesNumbers() || !differ(seed, changed);
  }

  /**
   * What an attack on one model leads away from.
   *
   * @param noted whether the data say what should be decided on each input
   */
  default AttackReference attackedFrom(boolean noted) {
    return decidesNumbers() ? AttackReference.ANNOTATIONS : AttackReference.DECISIONS;
  }

  /**
   * Why one model cannot be attacked, as a sentence. Numbers are nearest to themselves: no
   * direction leads away from what a model decides, but one does from what people noted.
   *
   * @param noted whether the data say what should be decided on each input
   * @return empty if it can
   */
  default Optional<String> attackRefusal(boolean noted) {
    return noted || !decidesNumbers()
        ? Optional.empty()
        : Optional.of(
            "an attack on models of the task "
                + kind()
                + " leads away from what people noted about the pictures, expected annotations");
  }

  /** Whether two decisions are a deviation. */
  default boolean differ(Decision expected, Decision found) {
    return difference(expected, found).isPresent();
  }

  /**
   * How far a model is from changing a decision: at least 0 while the model makes that decision,
   * below 0 otherwise; in logits where there are logits.
   *
   * @param scores the model's outputs for the input
   */
  double margin(float[] scores, Decision decision);

  /**
   * Whether an output tells how near a model is to leaving what it has just decided. Numbers and
   * finished masks tell nothing of the kind.
   */
  default boolean hasOwnMargin() {
    return !decidesNumbers();
  }

  /**
   * How far a model is from leaving its own decision, at least 0; in logits where there are logits.
   * Where {@link #hasOwnMargin} is false it is the same for all inputs.
   *
   * @param scores the model's outputs for the input
   */
  default double ownMargin(float[] scores) {
    return margin(scores, decide(scores));
  }

  /**
   * How far a compressed model is from giving up a deviation: its margin for its own decision.
   * Where it has none, how far its decision is past the bound around the expected one: in bounds
   * where decisions are numbers, in mean IoU of finished masks; below 0 within the bound.
   *
   * @param compressed its outputs for the input
   * @param expected what the original decides on the input
   */
  default double deviationMargin(float[] compressed, Decision expected) {
    return hasOwnMargin() ? ownMargin(compressed) : -margin(compressed, expected);
  }

  /**
   * The severity of a deviation: the smaller of both models' margins, each for its own decision. A
   * deviation of decisions without a margin of their own is as severe as it is past the bound.
   *
   * @param original the original's {@link #ownMargin}
   * @param compressed the compressed model's {@link #deviationMargin}
   */
  default double severity(double original, double compressed) {
    return hasOwnMargin() ? Math.min(original, compressed) : compressed;
  }

  /** What severities are counted in, for people. */
  default String severityUnit() {
    return decidesNumbers() ? "bounds" : hasOwnMargin() ? "logits" : "mean IoU";
  }

  /**
   * The severity of a deviation, from what both models put out for an input.
   *
   * @return empty where the two decisions agree
   */
  default OptionalDouble severity(float[] original, float[] compressed) {
    Decision expected = decide(original);
    return differ(expected, decide(compressed))
        ? OptionalDouble.of(severity(ownMargin(original), deviationMargin(compressed, expected)))
        : OptionalDouble.empty();
  }

  /**
   * Decisions of a batch as arrays, for margins with gradients.
   *
   * @param owner of the arrays
   * @param place brings an array to the device where models compute
   */
  DecisionBatch batch(List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place);

  /**
   * What a model decides on each input of a batch; no gradient flows through the choice, unless
   * decisions are numbers. A kind that can decides without waiting for the device.
   *
   * @param scores the model's rows, N x their length
   */
  default DecisionBatch decide(NDArray scores) {
    int inputs = Math.toIntExact(scores.getShape().get(0));
    float[] values = scores.stopGradient().toFloatArray();
    int each = values.length / inputs;
    List<Decision> decisions = new ArrayList<>(inputs);
    for (int i = 0; i < inputs; i++) {
      decisions.add(decide(Arrays.copyOfRange(values, i * each, (i + 1) * each)));
    }
    Device device = scores.getDevice();
    return batch(decisions, scores.getManager(), array -> array.toDevice(device, false));
  }

  /**
   * How far a model's outputs are from its teacher's, in the measure that this kind distills by.
   *
   * @param scores the model's rows, N x their length; gradients flow through them
   * @param taught the teacher's, likewise, without gradient
   * @return float32, N x 1, at least 0
   */
  NDArray distance(NDArray scores, NDArray taught);

  /**
   * The share of inputs on which two models, or a model and the data, agree: 0 to 1.
   *
   * @param expected decisions, at least one
   * @param found as many
   */
  default double agreement(List<? extends Decision> expected, List<? extends Decision> found) {
    return 1 - (double) differing(expected, found) / expected.size();
  }

  /**
   * The number of inputs on which two models, or a model and the data, do not agree.
   *
   * @param expected decisions, at least one
   * @param found as many
   */
  default int differing(List<? extends Decision> expected, List<? extends Decision> found) {
    if (expected.size() != found.size() || expected.isEmpty()) {
      throw new IllegalArgumentException(expected.size() + " decisions and " + found.size());
    }
    int differing = 0;
    for (int i = 0; i < expected.size(); i++) {
      differing += differ(expected.get(i), found.get(i)) ? 1 : 0;
    }
    return differing;
  }
}
