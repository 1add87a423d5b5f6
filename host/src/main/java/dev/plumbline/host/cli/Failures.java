package dev.plumbline.host.cli;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.judging.Judged;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Judges that could not be asked, or not to the end. */
final class Failures {
  private Failures() {}

  /** Says what happened to each, and with which exit code that ends. */
  static int exitCode(Map<String, Judged.Failure> failures, CommonOptions common) {
    int code = 0;
    for (Judged.Failure failure : failures.values()) {
      common.say("plumbline: " + failure.message().strip().replaceAll("\\s*\\R\\s*", " "));
      // A device that is lost comes before a model that is refused: another try may help.
      int its = failure.outcome() == Outcome.MODEL_REFUSED ? Main.BAD_INPUT : Main.DEVICE_LOST;
      code = Math.max(code, its);
    }
    return code;
  }

  /** With the keys that answers have for them. */
  static List<Map<String, Object>> asMaps(Map<String, Judged.Failure> failures) {
    return failures.entrySet().stream()
        .map(
            entry -> {
              Map<String, Object> map = new LinkedHashMap<>();
              map.put("judge", entry.getKey());
              map.put("outcome", entry.getValue().outcome().word());
              map.put("message", entry.getValue().message());
              return map;
            })
        .toList();
  }
}
