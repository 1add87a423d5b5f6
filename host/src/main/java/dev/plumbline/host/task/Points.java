package dev.plumbline.host.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a model sees the points of an input.
 *
 * @param values x, y and confidence of each point, one after the other; in pixels of the model's
 *     picture. A point that is not there, as in annotations, has not-a-number for x and y.
 */
public record Points(Floats values) implements Decision {
  static final String KEY = "points";

  private static final int EACH = 3;
  private static final int SHOWN = 3;

  public Points {
    if (values.length() == 0 || values.length() % EACH != 0) {
      throw new IllegalArgumentException(
          values.length() + " numbers, expected x, y and confidence of each point");
    }
  }

  /** A decision of keypoints. */
  public static Points of(Decision decision) {
    return (Points) decision;
  }

  public int count() {
    return values.length() / EACH;
  }

  public float x(int point) {
    return values.get(EACH * point);
  }

  public float y(int point) {
    return values.get(EACH * point + 1);
  }

  /** As the model gives it; 1 where it gives none. */
  public float confidence(int point) {
    return values.get(EACH * point + 2);
  }

  public boolean isThere(int point) {
    return Float.isFinite(x(point)) && Float.isFinite(y(point));
  }

  /** Points have confidences, all together have none. */
  @Override
  public float confidence() {
    return 1;
  }

  @Override
  public String text(List<String> classNames) {
    List<String> shown = new ArrayList<>();
    for (int k = 0; k < Math.min(SHOWN, count()); k++) {
      shown.add(isThere(k) ? String.format(Locale.ROOT, "(%.4g, %.4g)", x(k), y(k)) : "-");
    }
    String text = String.join(" ", shown);
    return count() > SHOWN ? text + " … (" + count() + " points)" : text;
  }

  @Override
  public String identity() {
    return list().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** Not-a-number is no JSON: null stands for it. */
  @Override
  public Map<String, Object> json() {
    return Map.of(KEY, list());
  }

  private List<Float> list() {
    List<Float> list = new ArrayList<>(values.length());
    for (float value : values.toArray()) {
      list.add(Float.isFinite(value) ? value : null);
    }
    return list;
  }
}
