package dev.plumbline.host.guard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a search found that tried to get past the guard.
 *
 * @param search how it went, in a few words
 * @param seeds seeds with a deviation past the guard, of all seeds that were searched
 * @param pictures deviations past the guard
 * @param deepest the largest margin of the compressed model for its own decision on a deviation; 0
 *     where it found none
 */
public record PastGuard(String search, Share seeds, int pictures, float deepest) {
  private static final String SEARCH = "search";
  private static final String SEEDS = "seeds_past_guard";
  private static final String PICTURES = "past_guard";
  private static final String DEEPEST = "deepest";

  /** Keys of answers and metadata. */
  @JsonValue
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(SEARCH, search);
    map.put(SEEDS, seeds.asMap());
    map.put(PICTURES, pictures);
    map.put(DEEPEST, deepest);
    return map;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static PastGuard read(JsonNode json) {
    return new PastGuard(
        json.path(SEARCH).asText(),
        Share.read(json.path(SEEDS)),
        json.path(PICTURES).intValue(),
        json.path(DEEPEST).floatValue());
  }
}
