package dev.plumbline.host.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class that a classifier decides for.
 *
 * @param number of the class, at least 0
 * @param confidence softmax of the logits at that class, 0 to 1; 1 for a label that no model gave
 */
public record Label(int number, float confidence) implements Decision {
  public Label {
    if (number < 0) {
      throw new IllegalArgumentException("label " + number + ", expected at least 0");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence of " + confidence + ", expected 0 to 1");
    }
  }

  /** A label that is known: an annotation of the data. */
  public static Label known(int number) {
    return new Label(number, 1);
  }

  /** A decision of a classification. */
  public static Label of(Decision decision) {
    return (Label) decision;
  }

  @Override
  public String text(List<String> classNames) {
    return number < classNames.size() ? classNames.get(number) : identity();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("label", number);
    json.put("confidence", confidence);
    return json;
  }

  @Override
  public String identity() {
    return Integer.toString(number);
  }
}
