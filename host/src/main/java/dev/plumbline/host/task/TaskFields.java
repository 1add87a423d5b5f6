package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A task or a decision as JSON, read strictly: a key too many, one that is missing or of another
 * type is an {@link IllegalArgumentException}.
 */
record TaskFields(JsonNode json) {
  /**
   * @param known all keys that may be there
   */
  static TaskFields of(JsonNode json, String... known) {
    Set<String> unknown = new HashSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    List.of(known).forEach(unknown::remove);
    TaskFields fields = new TaskFields(json);
    if (!json.isObject() || !unknown.isEmpty()) {
      throw fields.refused("the keys " + String.join(", ", known));
    }
    return fields;
  }

  double number(String key) {
    return optionalNumber(key).orElseThrow(() -> refused("a number " + key));
  }

  Optional<Double> optionalNumber(String key) {
    JsonNode value = json.path(key);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw refused("a number " + key);
    }
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.doubleValue());
  }

  int whole(String key) {
    if (!json.path(key).isInt()) {
      throw refused("a whole number " + key);
    }
    return json.path(key).intValue();
  }

  String text(String key) {
    if (!json.path(key).isTextual()) {
      throw refused("a text " + key);
    }
    return json.path(key).textValue();
  }

  /** One of the words of a kind of choice. */
  <T> T choice(String key, List<T> choices) {
    String word = text(key);
    return choices.stream()
        .filter(choice -> choice.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> refused(key + " to be one of " + choices));
  }

  /** A list of numbers; null stands for not-a-number. */
  Floats numbers(String key) {
    JsonNode list = json.path(key);
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = list.get(i);
      if (value == null || !value.isNumber() && !value.isNull()) {
        throw refused("a list of numbers " + key);
      }
      values[i] = value.isNull() ? Float.NaN : value.floatValue();
    }
    if (!list.isArray()) {
      throw refused("a list of numbers " + key);
    }
    return Floats.of(values);
  }

  private IllegalArgumentException refused(String expected) {
    return new IllegalArgumentException("found " + json + ", expected " + expected);
  }
}
