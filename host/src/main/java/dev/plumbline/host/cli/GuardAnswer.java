package dev.plumbline.host.cli;

import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardFigures;
import dev.plumbline.host.guard.PastGuard;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code guard} says: for programs and for people.
 *
 * @param exported the guarded model, if one was written
 */
record GuardAnswer(Guard guard, Optional<Written> exported) {
  /** A guarded model and its file. */
  record Written(OnnxModel model, Path file) {}

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>(guard.asMap());
    map.put("export", exported.map(written -> written.file().toString()).orElse(null));
    map.put("export_sha256", exported.map(written -> written.model().sha256()).orElse(null));
    return map;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT, "threshold: a margin of %s %s", guard.rule().threshold(), guard.unit()));
    lines.addAll(half("calibrated half", guard.calibration().calibrated()));
    lines.addAll(half("measured half", guard.calibration().measured()));
    guard.attack().ifPresent(found -> lines.add(attack(found)));
    exported.ifPresent(written -> lines.add("guarded model: " + written.file()));
    return lines;
  }

  private static List<String> half(String name, GuardFigures figures) {
    return List.of(
        name + ":",
        "  clean pictures deferred: " + figures.deferred(),
        "  natural deviations left: " + figures.naturalLeft(),
        "  deviations of the corpora left: " + figures.adversarialLeft());
  }

  private static String attack(PastGuard found) {
    return String.format(
        Locale.ROOT,
        "search past the guard (%s): seeds with a deviation past it %s, deepest %.3f",
        found.search(),
        found.seeds(),
        found.deepest());
  }
}
