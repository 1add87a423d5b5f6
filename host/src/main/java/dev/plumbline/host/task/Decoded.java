package dev.plumbline.host.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The string that a sequence model decides for.
 *
 * @param classes its characters as numbers of classes, never the blank; {@link #UNKNOWN} in an
 *     annotation for a character that the model does not know
 * @param characters the same as text; empty where no alphabet is known
 * @param confidence 0 to 1; 1 for a string that no model gave
 */
public record Decoded(List<Integer> classes, Optional<String> characters, float confidence)
    implements Decision {
  /** In place of a class: a character that the model cannot give. */
  public static final int UNKNOWN = -1;

  public Decoded {
    classes = List.copyOf(classes);
    if (classes.stream().anyMatch(c -> c < UNKNOWN)) {
      throw new IllegalArgumentException("classes " + classes + ", expected at least 0");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("a confidence of " + confidence + ", expected 0 to 1");
    }
  }

  /** A decision of a sequence model. */
  public static Decoded of(Decision decision) {
    return (Decoded) decision;
  }

  /** In quotation marks, so that an empty string and blanks are seen. */
  @Override
  public String text(List<String> classNames) {
    return characters.map(text -> '"' + text + '"').orElseGet(classes::toString);
  }

  @Override
  public String identity() {
    return classes.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SequenceKind.DECISION, classes);
    characters.ifPresent(text -> json.put("text", text));
    json.put("confidence", confidence);
    return json;
  }
}
