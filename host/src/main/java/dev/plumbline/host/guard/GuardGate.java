package dev.plumbline.host.guard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a guarded model has to keep to on every judge: the deferred share of clean pictures may be
 * that of the calibration, and few enough deviations are past the guard.
 *
 * @param judges what they said
 * @param maxPast deviations past the guard that a judge may have on all its pictures; empty for any
 *     number
 */
public record GuardGate(GuardedJudges judges, OptionalInt maxPast) {

  /** Whether every judge keeps to it. */
  public boolean passed() {
    return judges.failures().isEmpty()
        && judges.figures().keySet().stream().allMatch(judge -> reasons(judge).isEmpty());
  }

  /** Whether a judge does not; a judge that was lost is none. */
  public boolean failed() {
    return judges.figures().keySet().stream().anyMatch(judge -> !reasons(judge).isEmpty());
  }

  /** Why a judge does not keep to it, each as a sentence without the judge's name. */
  public List<String> reasons(String judge) {
    GuardFigures figures = judges.figures().get(judge);
    List<String> reasons = new ArrayList<>();
    if (figures == null) {
      return reasons;
    }
    Share calibrated = judges.guard().calibration().measured().deferred();
    if (figures.deferred().of() > 0 && !figures.deferred().mayEqual(calibrated)) {
      reasons.add(
          "clean pictures deferred: "
              + figures.deferred()
              + ", expected an interval that meets that of the calibration, "
              + calibrated);
    }
    int past = figures.naturalLeft().count() + figures.adversarialLeft().count();
    if (maxPast.isPresent() && past > maxPast.getAsInt()) {
      reasons.add(past + " deviations past the guard, expected at most " + maxPast.getAsInt());
    }
    return reasons;
  }

  /** Keys of answers. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>(judges.asMap());
    map.put("max_past_guard", maxPast.isPresent() ? maxPast.getAsInt() : null);
    Map<String, Object> reasons = new LinkedHashMap<>();
    for (String judge : judges.figures().keySet()) {
      if (!reasons(judge).isEmpty()) {
        reasons.put(judge, reasons(judge));
      }
    }
    map.put("failed", reasons);
    return map;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(judges.lines());
    judges
        .figures()
        .keySet()
        .forEach(judge -> reasons(judge).forEach(reason -> lines.add(judge + ": " + reason)));
    return lines;
  }
}
