package dev.plumbline.host.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a regression says of an input.
 *
 * @param values in the unit of the model's output, finite
 */
public record Numbers(Floats values) implements Decision {
  static final String KEY = "numbers";

  private static final int SHOWN = 4;

  public Numbers {
    values.requireFinite();
  }

  /** A decision of a regression. */
  public static Numbers of(Decision decision) {
    return (Numbers) decision;
  }

  /** A regression says nothing of how sure it is. */
  @Override
  public float confidence() {
    return 1;
  }

  @Override
  public String text(List<String> classNames) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, values.length()); i++) {
      shown.add(Float.toString(values.get(i)));
    }
    String text = String.join(", ", shown);
    return values.length() > SHOWN ? text + ", … (" + values.length() + " numbers)" : text;
  }

  @Override
  public String identity() {
    return list().stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  @Override
  public Map<String, Object> json() {
    return Map.of(KEY, list());
  }

  private List<Float> list() {
    List<Float> list = new ArrayList<>(values.length());
    for (float value : values.toArray()) {
      list.add(value);
    }
    return list;
  }
}
