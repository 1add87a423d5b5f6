package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * One label for each input: the first of the largest logits, or another class where the model is
 * less sure of that label than a threshold asks for.
 *
 * @param threshold without one the largest logit decides
 */
public record Classification(Optional<Threshold> threshold) implements Task {
  /** The largest logit decides. */
  public static final Classification PLAIN = new Classification(Optional.empty());

  public static final String KIND = "classification";

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", KIND);
    threshold.ifPresent(
        t -> {
          json.put("threshold", t.least());
          json.put("otherwise", t.otherwise());
        });
    return json;
  }

  @Override
  public Label decide(float[] scores) {
    Logits.requireFinite("the model", scores);
    int largest = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[largest]) {
        largest = c;
      }
    }
    float confidence = confidence(scores, largest, largest);
    if (threshold.isEmpty() || confidence >= threshold.get().least()) {
      return new Label(largest, confidence);
    }
    int otherwise = requireClass(threshold.get().otherwise(), scores);
    return new Label(otherwise, confidence(scores, otherwise, largest));
  }

  private static float confidence(float[] scores, int label, int largest) {
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp((double) score - scores[largest]);
    }
    return (float) (Math.exp((double) scores[label] - scores[largest]) / sum);
  }

  private static int requireClass(int label, float[] scores) {
    if (label >= scores.length) {
      throw new BadInputException(
          "class " + label + " is asked for and the model has " + scores.length + " classes");
    }
    return label;
  }

  @Override
  public List<Decision> annotated(Dataset data) {
    List<Decision> labels = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      labels.add(Label.known(data.label(i)));
    }
    return labels;
  }

  @Override
  public Optional<Decision> annotated(Dataset data, int index) {
    return data.isLabelled() ? Optional.of(Label.known(data.label(index))) : Optional.empty();
  }

  @Override
  public void requirePossible(List<Decision> decisions, long outputs, String model) {
    for (Decision decision : decisions) {
      int label = Label.of(decision).number();
      if (label >= outputs) {
        throw new BadInputException(
            "a label is "
                + label
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
  public Optional<String> difference(Decision expected, Decision found) {
    int wanted = Label.of(expected).number();
    int given = Label.of(found).number();
    return wanted == given
        ? Optional.empty()
        : Optional.of("label " + given + " in place of " + wanted);
  }

  @Override
  public AttackReference attackedFrom(boolean noted) {
    return noted ? AttackReference.LABELS : AttackReference.DECISIONS;
  }

  @Override
  public boolean takesLabels() {
    return true;
  }

  @Override
  public boolean agreesWithinBound() {
    return false;
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    int label = requireClass(Label.of(decision).number(), scores);
    double ahead = ahead(scores, label);
    if (threshold.isEmpty()) {
      return ahead;
    }
    double least = threshold.get().logOdds();
    if (label != threshold.get().otherwise()) {
      return Math.min(ahead, logOdds(scores, label) - least);
    }
    double nearest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < scores.length; c++) {
      if (c != label) {
        nearest = Math.min(nearest, least - logOdds(scores, c));
      }
    }
    return Math.max(ahead, nearest);
  }

  /**
   * The logit of a label less the largest other one; of equal logits the first one is the label.
   */
  private static double ahead(float[] scores, int label) {
    double margin = Double.POSITIVE_INFINITY;
    for (int c = 0; c < scores.length; c++) {
      if (c != label) {
        double ahead = (double) scores[label] - scores[c];
        margin = Math.min(margin, ahead == 0 && c < label ? -Double.MIN_VALUE : ahead);
      }
    }
    return margin;
  }

  private static double logOdds(float[] scores, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < scores.length; c++) {
      largest = c == label ? largest : Math.max(largest, scores[c]);
    }
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      sum += c == label ? 0 : Math.exp(scores[c] - largest);
    }
    return scores[label] - largest - Math.log(sum);
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    long[] labels = decisions.stream().mapToLong(d -> Label.of(d).number()).toArray();
    return new LabelBatch(
        place.apply(owner.create(labels, new Shape(labels.length, 1))), threshold);
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    NDArray values = scores.stopGradient();
    return new LabelBatch(LabelBatch.decided(values, threshold), threshold);
  }

  /** Mean squared difference, each input's mean taken off: no label depends on that. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    NDArray difference = scores.sub(taught);
    NDArray centred = difference.sub(difference.mean(new int[] {1}, true));
    return centred.square().mean(new int[] {1}, true);
  }
}
