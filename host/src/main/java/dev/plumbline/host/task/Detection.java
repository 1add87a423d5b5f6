package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Objects, each with its class and a box: those of which a model is sure.
 *
 * @param head how the outputs are read
 * @param score of the least sure object, above 0 and below 1
 * @param iou intersection over union with which a box is on an object, above 0, at most 1
 * @param overlap of two boxes of one class, above which the less sure one is dropped, 0 to 1; 1
 *     drops none
 * @param most objects on a picture
 */
public record Detection(DetectionHead head, double score, double iou, double overlap, int most)
    implements Task {
  static final String KIND = "detection";

  /** Probability below which scores are not taught: anchors without any object are most. */
  private static final double TAUGHT = 0.01;

  /** Probability from which boxes are taught. */
  private static final double TAUGHT_BOX = 0.05;

  public Detection {
    if (!(score > 0 && score < 1) || !(iou > 0 && iou <= 1) || !(overlap >= 0 && overlap <= 1)) {
      throw new IllegalArgumentException(
          "a detection with score " + score + ", iou " + iou + ", nms " + overlap);
    }
    if (most < 1) {
      throw new IllegalArgumentException("a detection of " + most + " objects at most");
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
    json.putAll(head.json());
    json.put("score", score);
    json.put("iou", iou);
    json.put("nms", overlap);
    json.put("most", most);
    return json;
  }

  /** How many classes the model knows; empty where the graph lists objects and does not say. */
  public OptionalInt classes() {
    return head.layout().isListed() ? OptionalInt.empty() : OptionalInt.of(head.classes());
  }

  @Override
  public Boxes decide(float[] row) {
    return new Boxes(objects(row, score).objects().stream().map(Box::rounded).toList());
  }

  /**
   * The objects of a row, as a score of the field wants them: unsure ones, too, and nothing
   * rounded.
   *
   * @param least score, above 0 and below 1
   * @return the surest first
   * @throws BadInputException as {@link #decide(float[])}
   */
  public Boxes objects(float[] row, double least) {
    return new Boxes(kept(HeadRow.of(head, row), least).stream().map(Candidate::box).toList());
  }

  /** What a row's objects are made of, the surest first. */
  List<Candidate> kept(HeadRow row, double least) {
    return Candidate.kept(row, head.scores().number(least), overlap, most);
  }

  /** Whether an object of one decision is in another one, too. */
  boolean isAccountedFor(Box found, List<Box> objects) {
    for (Box object : objects) {
      if (object.accountsFor(found, iou)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void requirePossible(List<Decision> decisions, long outputs, String model) {
    for (Decision decision : decisions) {
      for (Box box : Boxes.of(decision).objects()) {
        if (!head.layout().isListed() && box.label() >= head.classes()) {
          throw new BadInputException(
              "an object is of class "
                  + box.label()
                  + ", expected 0 to "
                  + (head.classes() - 1)
                  + " as model "
                  + model
                  + " knows "
                  + head.classes()
                  + " classes");
        }
      }
    }
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    List<Box> wanted = Boxes.of(expected).objects();
    List<Box> given = Boxes.of(found).objects();
    int differences = 0;
    String first = null;
    for (Box object : wanted) {
      if (object.role() == Box.Role.OBJECT
          && given.stream().noneMatch(box -> object.accountsFor(box, iou))) {
        first = first == null ? "no " + text(object) : first;
        differences++;
      }
    }
    for (Box box : given) {
      if (!isAccountedFor(box, wanted)) {
        first = first == null ? "a new " + text(box) : first;
        differences++;
      }
    }
    return differences == 0
        ? Optional.empty()
        : Optional.of(differences == 1 ? first : first + " and " + (differences - 1) + " more");
  }

  private static String text(Box box) {
    return String.format(
        Locale.ROOT,
        "class %d (score %.2f) at %.0f,%.0f to %.0f,%.0f",
        box.label(),
        box.score(),
        box.x1(),
        box.y1(),
        box.x2(),
        box.y2());
  }

  @Override
  public double margin(float[] row, Decision decision) {
    return NearestScore.of(this, HeadRow.of(head, row), Boxes.of(decision), score).margin();
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    return new BoxesBatch(this, decisions.stream().map(Boxes::of).toList());
  }

  /**
   * Squared difference of log odds, summed over what either model gives a probability of 1 % or
   * more, for each score of the teacher's that does; and squared differences of the teacher's boxes
   * in their own size.
   */
  @Override
  public NDArray distance(NDArray rows, NDArray taught) {
    double floor = Threshold.logOdds(TAUGHT);
    NDArray odds = head.logOdds(rows);
    NDArray wanted = head.logOdds(taught).stopGradient();
    NDArray values = odds.stopGradient();
    NDArray counts = values.maximum(wanted).gt(floor).toType(DataType.FLOAT32, false);
    NDArray objects =
        Scalars.atLeast(wanted.gt(floor).toType(DataType.FLOAT32, false).sum(new int[] {1, 2}), 1);
    NDArray scores =
        odds.sub(Scalars.atLeast(wanted, floor))
            .square()
            .mul(counts)
            .sum(new int[] {1, 2})
            .div(objects);

    NDArray boxes = head.boxes(taught).stopGradient();
    NDArray sure = wanted.max(new int[] {2}, true);
    NDArray weight = sure.gt(Threshold.logOdds(TAUGHT_BOX)).toType(DataType.FLOAT32, false);
    NDArray sizes =
        Scalars.atLeast(head.squaredSize(boxes).mul(weight).sum(new int[] {1, 2}), 1e-6);
    NDArray places =
        head.boxes(rows).sub(boxes).square().mul(weight).sum(new int[] {1, 2}).div(sizes);
    return scores.add(places).reshape(new Shape(rows.getShape().get(0), 1));
  }
}
