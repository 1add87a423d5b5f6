package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Any number of labels for each input: every class whose probability is at least its threshold. A
 * row holds the log odds of each class.
 *
 * @param classes of the model, at least 2
 * @param thresholds probabilities, each above 0 and below 1: one for all classes, or one for each
 */
public record MultiLabel(int classes, List<Double> thresholds) implements Task {
  static final String KIND = "multi-label";

  /** More labels in a sentence help nobody. */
  private static final int MOST_NAMED = 5;

  /**
   * @throws BadInputException if a threshold is out of range, or there are as many as nothing needs
   */
  public MultiLabel {
    thresholds = List.copyOf(thresholds);
    if (classes < 2) {
      throw new IllegalArgumentException(classes + " classes, expected at least 2");
    }
    if (thresholds.size() != 1 && thresholds.size() != classes) {
      throw new BadInputException(
          thresholds.size()
              + " thresholds of "
              + KIND
              + " are given, expected one for each of the model's "
              + classes
              + " classes");
    }
    for (double threshold : thresholds) {
      if (!(threshold > 0 && threshold < 1)) {
        throw new BadInputException(
            "the threshold of " + KIND + " is " + threshold + ", expected above 0 and below 1");
      }
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    json.put("classes", classes);
    json.put("threshold", thresholds.size() == 1 ? thresholds.get(0) : thresholds);
    return json;
  }

  /**
   * The least log odds with which each class is given. Rows are float32 too, so that numbers and
   * arrays compare alike.
   */
  float[] bounds() {
    float[] bounds = new float[classes];
    for (int c = 0; c < classes; c++) {
      bounds[c] =
          c > 0 && thresholds.size() == 1
              ? bounds[0]
              : (float) Threshold.logOdds(thresholds.get(c));
    }
    return bounds;
  }

  @Override
  public LabelSet decide(float[] scores) {
    requireRow(scores);
    float[] bounds = bounds();
    List<Integer> numbers = new ArrayList<>();
    List<Float> probabilities = new ArrayList<>();
    double confidence = 1;
    for (int c = 0; c < classes; c++) {
      boolean given = scores[c] >= bounds[c];
      double probability = sigmoid(given ? scores[c] : -scores[c]);
      confidence = Math.min(confidence, probability);
      if (given) {
        numbers.add(c);
        probabilities.add((float) probability);
      }
    }
    return new LabelSet(numbers, probabilities, (float) confidence);
  }

  private void requireRow(float[] scores) {
    if (scores.length != classes) {
      throw new BadInputException(
          "the model gives "
              + scores.length
              + " numbers for an input, expected one for each of the "
              + classes
              + " classes of its task "
              + KIND);
    }
    Logits.requireFinite("the model", scores);
  }

  private static double sigmoid(double logOdds) {
    return 1 / (1 + Math.exp(-logOdds));
  }

  @Override
  public void requirePossible(List<Decision> decisions, long outputs, String model) {
    for (Decision decision : decisions) {
      List<Integer> numbers = LabelSet.of(decision).numbers();
      if (!numbers.isEmpty() && numbers.get(numbers.size() - 1) >= outputs) {
        throw new BadInputException(
            "a label is "
                + numbers.get(numbers.size() - 1)
                + ", expected 0 to "
                + (outputs - 1)
                + " as model "
                + model
                + " has "
                + outputs
                + " classes");
      }
    }
  }

  @Override
  public boolean agreesWithinBound() {
    return false;
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    List<Integer> added = LabelSet.of(found).without(LabelSet.of(expected));
    List<Integer> missing = LabelSet.of(expected).without(LabelSet.of(found));
    List<String> parts = new ArrayList<>();
    if (!missing.isEmpty()) {
      parts.add(words(missing) + " missing");
    }
    if (!added.isEmpty()) {
      parts.add(words(added) + " added");
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
  }

  private static String words(List<Integer> labels) {
    String named =
        labels.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(" and "));
    int more = labels.size() - MOST_NAMED;
    return (labels.size() == 1 ? "label " : "labels ")
        + named
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** The least distance of a class to its threshold, in log odds. */
  @Override
  public double margin(float[] scores, Decision decision) {
    requireRow(scores);
    boolean[] given = LabelSet.of(decision).given(classes);
    float[] bounds = bounds();
    double margin = Double.POSITIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      double above = (double) scores[c] - bounds[c];
      // On its threshold a class is given.
      double ahead = given[c] ? above : above == 0 ? -Double.MIN_VALUE : -above;
      margin = Math.min(margin, ahead);
    }
    return margin;
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    float[] sides = new float[decisions.size() * classes];
    for (int i = 0; i < decisions.size(); i++) {
      boolean[] given = LabelSet.of(decisions.get(i)).given(classes);
      for (int c = 0; c < classes; c++) {
        sides[i * classes + c] = given[c] ? 1 : -1;
      }
    }
    return new LabelSetBatch(
        place.apply(owner.create(sides, new Shape(decisions.size(), classes))),
        place.apply(owner.create(bounds(), new Shape(1, classes))));
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    NDArray bounds =
        scores
            .getManager()
            .create(bounds(), new Shape(1, classes))
            .toDevice(scores.getDevice(), false);
    return new LabelSetBatch(LabelSetBatch.decided(scores.stopGradient(), bounds), bounds);
  }

  /** Mean squared difference of log odds: each class is a question of its own. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    return scores.sub(taught).square().mean(new int[] {1}, true);
  }
}
