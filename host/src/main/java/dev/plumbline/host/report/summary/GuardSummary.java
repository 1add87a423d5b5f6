package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardFigures;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The guard band of a pair's repaired model.
 *
 * @param band threshold, and what it defers and leaves; empty where there is none
 * @param judges what each judge of the guarded model defers and leaves; empty where none was
 *     written
 * @param failed why a judge defers another share than the calibration, by judge; only of judges
 *     that do
 * @param refusal why there is no guard, a sentence; empty where there is one
 */
public record GuardSummary(
    Optional<Guard> band,
    Map<String, GuardFigures> judges,
    @JsonProperty("failed") Map<String, List<String>> failed,
    Optional<String> refusal) {
  public GuardSummary {
    if (band.isPresent() == refusal.isPresent()) {
      throw new IllegalArgumentException(
          "a guard band and why there is none, expected one of them");
    }
    judges = Collections.unmodifiableMap(new LinkedHashMap<>(judges));
    failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
  }

  /** In one line. */
  public String inWords() {
    return refusal
        .map(why -> "no guard: " + why)
        .orElseGet(() -> "guard at a margin of " + inWords(band.orElseThrow()));
  }

  private static String inWords(Guard band) {
    GuardFigures measured = band.calibration().measured();
    return String.format(
        Locale.ROOT,
        "%.3f %s defers %s of clean pictures and leaves %s of deviations%s",
        band.rule().threshold(),
        band.unit(),
        measured.deferred(),
        measured.adversarialLeft(),
        band.attack()
            .map(found -> "; a search gets past it from " + found.seeds() + " seeds")
            .orElse(""));
  }

  /** Of a pair without one. */
  public static GuardSummary none(String why) {
    return new GuardSummary(Optional.empty(), Map.of(), Map.of(), Optional.of(why));
  }
}
