package dev.plumbline.host.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Decisions of all kinds in files. */
public final class Decisions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Decisions() {}

  /**
   * The decision that {@link Decision#json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Decision read(JsonNode json) {
    for (TaskKind kind : Tasks.KINDS) {
      if (json.has(kind.decisionKey())) {
        return kind.readDecision(json);
      }
    }
    throw new IllegalArgumentException(
        "a decision "
            + json
            + ", expected one of the keys "
            + String.join(", ", Tasks.KINDS.stream().map(TaskKind::decisionKey).toList()));
  }

  /** A decision as JSON text. */
  public static String write(Decision decision) {
    try {
      return JSON.writeValueAsString(decision.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a decision is plain JSON", e);
    }
  }

  /**
   * The decision that {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Decision read(String text) {
    try {
      return read(JSON.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a decision '" + text + "', expected JSON", e);
    }
  }
}
