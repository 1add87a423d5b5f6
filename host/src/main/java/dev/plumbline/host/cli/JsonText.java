package dev.plumbline.host.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.OneLine;
import java.util.Map;

/** What a verb says to programs: a JSON object on one line, which a terminal may show as it is. */
final class JsonText {
  private JsonText() {}

  static String of(Map<String, Object> object) {
    try {
      return OneLine.ofJson(new ObjectMapper().writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer that cannot be written as JSON", e);
    }
  }
}
