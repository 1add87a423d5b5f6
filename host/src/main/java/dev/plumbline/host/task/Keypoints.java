package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Logits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Points of each input, always as many. Two models agree on an input where no point is further
 * apart than a bound. The margin is 1 less the largest distance of a point as a share of the bound.
 *
 * @param reading of points from rows
 * @param unit of the model's coordinates, of distances and of the bound; decisions are in pixels of
 *     the model's picture
 * @param bound above 0 and finite
 * @param confidence the points that the expected decision has at least so sure count; all where it
 *     is absent
 * @param width of the model's pictures
 * @param height likewise
 * @param pck what share of which length a point may be off to be right in the score
 */
public record Keypoints(
    PointReading reading,
    Unit unit,
    double bound,
    Optional<Double> confidence,
    int width,
    int height,
    Pck pck)
    implements Task {
  static final String KIND = "keypoints";

  /** What coordinates, distances and the bound are measured in. */
  public enum Unit {
    /** Pixels of the model's picture. */
    PIXELS,
    /**
     * x as a share of the picture's width, y of its height; distances as a share of its larger
     * side.
     */
    RELATIVE;

    /** In options and files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * When a point counts as right: percentage of correct keypoints.
   *
   * @param share of the reference length, above 0
   * @param reference what the length is
   */
  public record Pck(double share, Reference reference) {
    /** A length that distances are measured by. */
    public enum Reference {
      /** The larger side of the picture. */
      PICTURE,
      /** The larger side of the box around the annotated points. */
      BOX;

      /** In options and files. */
      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT);
      }
    }

    public Pck {
      if (!(share > 0 && share < Double.POSITIVE_INFINITY)) {
        throw new BadInputException("the share of PCK is " + share + ", expected above 0");
      }
    }
  }

  public Keypoints {
    if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
      throw new BadInputException(
          "the bound of keypoints is " + bound + ", expected a number above 0");
    }
    if (width < 1 || height < 1) {
      throw new BadInputException(
          "pictures are " + width + "x" + height + ", expected sides of at least 1");
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
    json.put("form", reading.form().toString());
    json.put("points", reading.points());
    json.put("map_width", reading.width());
    json.put("map_height", reading.height());
    json.put("unit", unit.toString());
    json.put("bound", bound);
    confidence.ifPresent(least -> json.put("confidence", least));
    json.put("width", width);
    json.put("height", height);
    json.put("pck", pck.share());
    json.put("reference", pck.reference().toString());
    return json;
  }

  /** How many points a decision has. */
  public int points() {
    return reading.points();
  }

  @Override
  public Points decide(float[] scores) {
    Logits.requireFinite("the model", scores);
    float[] points = reading.read(scores);
    for (int i = 0; i < points.length; i += 3) {
      points[i] *= (float) scale(width, reading.width());
      points[i + 1] *= (float) scale(height, reading.height());
    }
    return new Points(Floats.of(points));
  }

  /** Pixels of the picture for 1 in what is read: cells of a map, or coordinates. */
  private double scale(int side, int cells) {
    if (reading.form().isMap()) {
      return (double) side / cells;
    }
    return unit == Unit.PIXELS ? 1 : side;
  }

  /** Where a place in the unit is, in pixels from the left edge of the picture. */
  public float pixelX(float x) {
    return unit == Unit.PIXELS ? x : x * width;
  }

  /** Where a place in the unit is, in pixels from the upper edge of the picture. */
  public float pixelY(float y) {
    return unit == Unit.PIXELS ? y : y * height;
  }

  /** A pixel in the unit of distances. */
  private double perPixel() {
    return unit == Unit.PIXELS ? 1 : 1.0 / Math.max(width, height);
  }

  /** The larger side of the picture, in the unit of distances. */
  public double largerSide() {
    return Math.max(width, height) * perPixel();
  }

  /** How far a point is off, in the unit of distances; both decisions have it. */
  public double apart(Points a, Points b, int point) {
    return distance(a.x(point) - b.x(point), a.y(point) - b.y(point));
  }

  /** The length of a difference in pixels, in the unit of distances. */
  public double distance(double x, double y) {
    return Math.hypot(x, y) * perPixel();
  }

  private boolean counts(Points expected, int point) {
    return expected.isThere(point)
        && (confidence.isEmpty() || expected.confidence(point) >= confidence.get());
  }

  private int furthest(Points expected, Points found) {
    if (expected.count() != found.count()) {
      throw new BadInputException(
          "one decision has "
              + expected.count()
              + " keypoints and another "
              + found.count()
              + ", expected as many");
    }
    int furthest = -1;
    for (int k = 0; k < expected.count(); k++) {
      if (counts(expected, k)
          && (furthest < 0 || apart(expected, found, k) > apart(expected, found, furthest))) {
        furthest = k;
      }
    }
    return furthest;
  }

  @Override
  public boolean decidesNumbers() {
    return true;
  }

  @Override
  public Optional<String> difference(Decision expected, Decision found) {
    Points wanted = Points.of(expected);
    Points given = Points.of(found);
    int furthest = furthest(wanted, given);
    if (furthest < 0 || apart(wanted, given, furthest) <= bound) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "point %d moved by %.4g %s in place of at most %s",
            furthest,
            apart(wanted, given, furthest),
            unit == Unit.PIXELS ? "pixels" : "of the larger side",
            bound));
  }

  @Override
  public double margin(float[] scores, Decision decision) {
    Points wanted = Points.of(decision);
    Points given = decide(scores);
    int furthest = furthest(wanted, given);
    return furthest < 0 ? 1 : 1 - apart(wanted, given, furthest) / bound;
  }

  @Override
  public DecisionBatch batch(
      List<Decision> decisions, NDManager owner, UnaryOperator<NDArray> place) {
    int inputs = decisions.size();
    int points = Points.of(decisions.get(0)).count();
    float[] places = new float[inputs * points * 2];
    float[] counting = new float[inputs * points];
    for (int i = 0; i < inputs; i++) {
      Points each = Points.of(decisions.get(i));
      for (int k = 0; k < points; k++) {
        if (counts(each, k)) {
          int at = i * points + k;
          counting[at] = 1;
          places[2 * at] = (float) (each.x(k) * perPixel() / bound);
          places[2 * at + 1] = (float) (each.y(k) * perPixel() / bound);
        }
      }
    }
    NDArray decided = place.apply(owner.create(places, new Shape(inputs, points, 2)));
    return batch(
        new Places(decided, decided),
        place.apply(owner.create(counting, new Shape(inputs, points))));
  }

  @Override
  public DecisionBatch decide(NDArray scores) {
    PointReading.Batch read = reading.read(scores);
    return batch(inBounds(read), counting(read));
  }

  private DecisionBatch batch(Places places, NDArray counting) {
    return new NearBatch(scores -> apart(scores, places).mul(counting).max(new int[] {1}, true));
  }

  /**
   * Places of points in the unit of distances as shares of the bound, N x points x 2.
   *
   * @param exact whose distance counts
   * @param smooth whose distance has the gradient: two peaks in one cell have none
   */
  private record Places(NDArray exact, NDArray smooth) {}

  /** 1 for each point that counts, else 0; N x points. */
  private NDArray counting(PointReading.Batch read) {
    return confidence
        .map(least -> read.confidences().gte(least).toType(DataType.FLOAT32, false))
        .orElseGet(() -> read.confidences().onesLike());
  }

  /** How far points are from decided ones, in bounds; N x points. */
  private NDArray apart(NDArray scores, Places decided) {
    Places found = inBounds(reading.read(scores));
    NDArray smooth = NearBatch.length(found.smooth().sub(decided.smooth()), 2).squeeze(2);
    NDArray exact = NearBatch.length(found.exact().sub(decided.exact()), 2).squeeze(2);
    return smooth.add(exact.sub(smooth).stopGradient());
  }

  private Places inBounds(PointReading.Batch read) {
    return new Places(inBounds(read.places()), inBounds(read.smooth()));
  }

  private NDArray inBounds(NDArray places) {
    double scaleX = scale(width, reading.width()) * perPixel() / bound;
    double scaleY = scale(height, reading.height()) * perPixel() / bound;
    NDArray x = Scalars.times(places.get(":,:,0:1"), (float) scaleX);
    NDArray y = Scalars.times(places.get(":,:,1:2"), (float) scaleY);
    return x.concat(y, 2);
  }

  /**
   * Mean squared distance of the teacher's points that count, in bounds; of maps also the mean
   * squared difference, as a share of the teacher's mean square: it tells where a map should be
   * low, too.
   */
  @Override
  public NDArray distance(NDArray scores, NDArray taught) {
    PointReading.Batch teacher = reading.read(taught);
    NDArray counting = counting(teacher);
    NDArray places =
        apart(scores, inBounds(teacher))
            .square()
            .mul(counting)
            .sum(new int[] {1}, true)
            .div(Scalars.atLeast(counting.sum(new int[] {1}, true), 1));
    if (!reading.form().isMap()) {
      return places;
    }
    NDArray square = Scalars.atLeast(taught.square().mean(new int[] {1}, true), Float.MIN_NORMAL);
    return places.add(scores.sub(taught).square().mean(new int[] {1}, true).div(square));
  }
}
