package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Preprocessing;
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
    return answer;
  }
}
