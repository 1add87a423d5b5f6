package dev.plumbline.host.guard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a guard does to the pictures of one half.
 *
 * @param deferred clean pictures whose decision is deferred, of all clean ones
 * @param naturalLeft deviations on clean pictures that are not deferred, of all such deviations
 * @param adversarialLeft deviations of corpora that are not deferred, of all such deviations
 */
public record GuardFigures(Share deferred, Share naturalLeft, Share adversarialLeft) {
  private static final String DEFERRED = "deferred";
  private static final String NATURAL_LEFT = "natural_left";
  private static final String ADVERSARIAL_LEFT = "adversarial_left";

  /** Keys of answers and metadata. */
  @JsonValue
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(DEFERRED, deferred.asMap());
    map.put(NATURAL_LEFT, naturalLeft.asMap());
    map.put(ADVERSARIAL_LEFT, adversarialLeft.asMap());
    return map;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static GuardFigures read(JsonNode json) {
    return new GuardFigures(
        Share.read(json.path(DEFERRED)),
        Share.read(json.path(NATURAL_LEFT)),
        Share.read(json.path(ADVERSARIAL_LEFT)));
  }
}
