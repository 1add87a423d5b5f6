package dev.plumbline.host.autograd;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which node tests are left out, and why. */
final class NodeTestsLeftOut {
  private static final Map<Pattern, String> REASONS = new LinkedHashMap<>();

  static {
    leave("nllloss|sce_", "losses, which ONNX has for training");
  }

  private NodeTestsLeftOut() {}

  private static void leave(String names, String reason) {
    REASONS.put(Pattern.compile("test_(" + names + ").*"), reason);
  }

  static Optional<String> reason(String name) {
    return REASONS.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(name).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
