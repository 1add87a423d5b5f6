package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import java.util.LinkedHashMap;
import java.util.Map;

/** A preprocessing in the JSON that verbs print. */
final class PreprocessingAnswer {
  private PreprocessingAnswer() {}

  static Map<String, Object> of(Preprocessing preprocessing) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("mean", preprocessing.mean());
    answer.put("std", preprocessing.std());
    answer.put("layout", preprocessing.layout());
    answer.put("channelOrder", preprocessing.channelOrder());
    PreprocessingEntries.of(preprocessing)
        .values()
        .forEach((key, text) -> answer.putIfAbsent(key.text(), text));
    answer.remove("channels");
    return answer;
  }
}
