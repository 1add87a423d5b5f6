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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A vector for each input, of which only the direction counts: inputs are alike where the cosine of
 * their vectors is high. Two models agree on an input where the cosine of what both make of it is
 * at least a bound.
 *
 * <p>The margin is measured along the chord between the two directions on the unit sphere, as a
 * share of the chord that belongs to the bound: 1 where they are the same, 0 at the bound, below 0
 * beyond. It has the sign of the cosine less the bound; the cosine itself is flat where the
 * directions are the same, so that a search had no slope to follow.
 *
 * @param cosine the bound, above -1 and below 1
 * @param verify two inputs are called the same from this cosine on; without one, from where most
 *     pairs of the data are told right
 */
public record Embedding(double cosine, Optional<Double> verify) implements Task {
  static final String KIND = "embedding";

  /** Far below the square of all lengths of vectors whose largest number is 1. */
  private static final double NOTHING = 1e-30;

  public Embedding {
    if (!(cosine > -1 && cosine < 1)) {
      throw new BadInputException(
          "the cosine of an embedding is " + cosine + ", expected above -1 and below 1");
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
    json.put("cosine", cosine);
    verify.ifPresent(least -> json.put("verify", least));
    return json;
  }

  @Override
  public Vector decide(float[] scores) {
    Logits.requireFinite("the model", scores);
    Vector vector = new Vector(Floats.of(scores));
    if (vector.length() == 0) {
      throw new BadInputException(
          "the model gives a vector of "
              + scores.length
              + " zeros for a picture, expected one with a direction");
    }
    return vector;
  }

  /** Labels are identities. */
  @Override
  public boolean takesLabels() {
    return true;
  }

  /** Labels of classes are identities: pictures of one class show the same. */
  @Override
  public List<Decision> annotated(Dataset data) {
    List<Decision> labels = new ArrayList<>(data.size());
    for (int i = 0; i < data.size(); i++) {
      labels.add(Label.known(data.label(i)));
    }
    return labels;
  }

  @Override
  public Optional<String> attackRefusal(boolean noted) {
    return Optional.of(
        "the task is embedding, and a vector alone has no wrong side that an attack on one model"
            + " could lead to, expected another task; search compares two models");
  }

  @Override
  public boolean decidesNumbers() {
    return true;
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    if (!(expected instanceof Vector wanted)) {
      throw new BadInputException(
          "the task is embedding and the data say who is on each picture, expected another model's"
              + " vectors to compare with");
    }
    Vector given = Vector.of(found);
    return wanted.chord(given) <= chord()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "a vector at cosine %.4f in place of at least %s",
                wanted.cosine(given),
                cosine));
  }

  /** The chord that belongs to the bound, above 0 and below 2. */
  private double chord() {
    return Math.sqrt(2 - 2 * cosine);
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    return 1 - decide(scores).chord(Vector.of(decision)) / chord();
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    int dimensions = Vector.of(decisions.get(0)).values().length();
    float[] flat = new float[decisions.size() * dimensions];
    for (int i = 0; i < decisions.size(); i++) {
      float[] values = Vector.of(decisions.get(i)).values().toArray();
      System.arraycopy(values, 0, flat, i * dimensions, dimensions);
    }
    return decide(place.apply(owner.create(flat, new Shape(decisions.size(), dimensions))));
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    NDArray decided = direction(scores);
    return new NearBatch(found -> share(found, decided));
  }

  private NDArray share(NDArray scores, NDArray directions) {
    return NearBatch.length(
        Scalars.dividedBy(direction(scores).sub(directions), (float) chord()), 1);
  }

  /** Vectors of length 1; no sum of squares overflows. */
  private static NDArray direction(NDArray vectors) {
    NDArray largest =
        Scalars.atLeast(vectors.abs().max(new int[] {1}, true), Float.MIN_NORMAL).stopGradient();
    NDArray safe = vectors.div(largest);
    return safe.div(safe.square().sum(new int[] {1}, true).add(NOTHING).sqrt());
  }

  /** The square of the chord between the directions, as a share of that of the bound. */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    return share(scores, direction(taught)).square();
  }
}
