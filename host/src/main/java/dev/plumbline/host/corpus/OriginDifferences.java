package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In what two searches differ, in words. */
final class OriginDifferences {
  private OriginDifferences() {}

  /**
   * @param former origin of one, as JSON
   * @param now likewise
   */
  static List<String> of(JsonNode former, JsonNode now) {
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : now.properties()) {
      JsonNode before = former.path(field.getKey());
      if (field.getValue().isObject() && before.isObject()) {
        // Either may say what the other leaves at its default.
        Set<String> keys = new LinkedHashSet<>();
        field.getValue().fieldNames().forEachRemaining(keys::add);
        before.fieldNames().forEachRemaining(keys::add);
        for (String key : keys) {
          compare(key, before.path(key), field.getValue().path(key), differences);
        }
      } else {
        compare(field.getKey(), before, field.getValue(), differences);
      }
    }
    // Jobs differ in what their fields do, which says more than two hashes.
    if (differences.size() > 1) {
      differences.removeIf(words -> words.startsWith(CorpusOrigin.JOB + " "));
    }
    return differences;
  }

  private static void compare(
      String what, JsonNode former, JsonNode now, List<String> differences) {
    if (!former.equals(now)) {
      differences.add(what + " " + text(former) + " and not " + text(now));
    }
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "none" : value.toString();
  }
}
