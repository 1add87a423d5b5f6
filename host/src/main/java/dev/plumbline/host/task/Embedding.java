package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import java.util.ArrayList;
import java.util.Arrays;
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
 * <p>With references of enrolled identities, two models agree only if they also verify the same
 * references: those whose cosine to the input's vector is at least the threshold. That is a
 * boundary that each model has for itself. The margin of a reference is how far its cosine is on
 * its side of the threshold, as a share of the same chord: a vector must go at least so far to
 * change the side.
 *
 * @param cosine the bound, above -1 and below 1
 * @param verify two inputs are called the same from this cosine on; without one, from where most
 *     pairs of the data are told right
 * @param references only together with {@code verify}
 */
public record Embedding(double cosine, Optional<Double> verify, Optional<References> references)
    implements Task {
  static final String KIND = "embedding";

  private static final String REFERENCES = "references";

  /** Far below the square of all lengths of vectors whose largest number is 1. */
  private static final double NOTHING = 1e-30;

  public Embedding {
    if (!(cosine > -1 && cosine < 1)) {
      throw new BadInputException(
          "the cosine of an embedding is " + cosine + ", expected above -1 and below 1");
    }
    if (references.isPresent() && verify.isEmpty()) {
      throw new IllegalArgumentException("references without a threshold to verify them by");
    }
  }

  /** Without references. */
  public Embedding(double cosine, Optional<Double> verify) {
    this(cosine, verify, Optional.empty());
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
    references.ifPresent(vectors -> json.put(REFERENCES, vectors.json()));
    return json;
  }

  @Override
  public Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>(json());
    references.ifPresent(vectors -> summary.put(REFERENCES, vectors.summary()));
    return summary;
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
    references.ifPresent(vectors -> requireDimensions(scores.length, vectors));
    return vector;
  }

  private static void requireDimensions(int length, References references) {
    if (length != references.dimensions()) {
      throw new BadInputException(
          "the model gives a vector of "
              + length
              + " numbers and the references of its task have "
              + references.dimensions()
              + ", expected as many");
    }
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
    return references.isPresent()
        ? Optional.empty()
        : Optional.of(
            "the task is embedding, and a vector alone has no wrong side that an attack on one"
                + " model could lead to, expected references=FILE with identities that it verifies"
                + " or not; search compares two models");
  }

  /** Whether a reference is verified is no number. */
  @Override
  public boolean decidesNumbers() {
    return references.isEmpty();
  }

  @Override
  public boolean hasConfidence() {
    return false;
  }

  /** With references the original keeps what it verifies; its vector may follow the input. */
  @Override
  public boolean keeps(Decision seed, Decision changed) {
    return verifying()
        .map(
            each ->
                Arrays.equals(each.verified(Vector.of(seed)), each.verified(Vector.of(changed))))
        .orElse(true);
  }

  @Override
  public String severityUnit() {
    return "bounds";
  }

  /** Vectors with the references that are nearest to them. */
  @Override
  public String text(Decision decision, List<String> classNames) {
    return verifying()
        .map(each -> each.nearest(Vector.of(decision)))
        .orElseGet(() -> decision.text(classNames));
  }

  private Optional<Verifying> verifying() {
    return references.map(vectors -> new Verifying(vectors, verify.orElseThrow()));
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    if (!(expected instanceof Vector wanted)) {
      throw new BadInputException(
          "the task is embedding and the data say who is on each picture, expected another model's"
              + " vectors to compare with");
    }
    Vector given = Vector.of(found);
    List<String> reasons = new ArrayList<>();
    verifying().ifPresent(each -> reasons.addAll(each.flips(wanted, given)));
    if (wanted.chord(given) > chord()) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "a vector at cosine %.4f in place of at least %s",
              wanted.cosine(given),
              cosine));
    }
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", reasons));
  }

  /** The chord that belongs to the bound, above 0 and below 2. */
  private double chord() {
    return Math.sqrt(2 - 2 * cosine);
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    Vector given = decide(scores);
    Vector wanted = Vector.of(decision);
    double within = 1 - given.chord(wanted) / chord();
    return verifying()
        .map(each -> Math.min(within, each.ahead(given, wanted) / chord()))
        .orElse(within);
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
    NDArray vectors = place.apply(owner.create(flat, new Shape(decisions.size(), dimensions)));
    if (references.isEmpty()) {
      return decide(vectors);
    }
    float[] sides = verifying().orElseThrow().sides(decisions);
    return verified(
        direction(vectors),
        place.apply(owner.create(sides, new Shape(decisions.size(), references.get().count()))),
        place.apply(references.get().columns(owner)));
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    if (references.isEmpty()) {
      NDArray decided = direction(scores);
      return new NearBatch(found -> share(found, decided));
    }
    NDArray decided = direction(scores.stopGradient());
    NDArray columns =
        references.get().columns(scores.getManager()).toDevice(scores.getDevice(), false);
    float least = verify.orElseThrow().floatValue();
    return verified(decided, VerifiedBatch.sides(decided, columns, least), columns);
  }

  private DecisionBatch verified(NDArray directions, NDArray sides, NDArray columns) {
    return new VerifiedBatch(
        directions, sides, columns, verify.orElseThrow().floatValue(), (float) chord());
  }

  private NDArray share(NDArray scores, NDArray directions) {
    return NearBatch.length(
        Scalars.dividedBy(direction(scores).sub(directions), (float) chord()), 1);
  }

  /** Vectors of length 1; no sum of squares overflows. */
  static NDArray direction(NDArray vectors) {
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
