package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.guard.AskedShare;
import dev.plumbline.host.guard.GuardTarget;
import java.util.Optional;

/**
 * The guard band of a job's repaired models. One of the two shares is given.
 *
 * @param maxLeft share of deviations that may be left
 * @param maxDeferred share of clean pictures that may be deferred
 * @param export whether the guarded model is written, and judges run it; it is if absent
 * @param attackSeeds seeds of the search past the guard; 100 if absent, 0 for none
 */
public record GuardConfig(
    @JsonProperty("max_left") Optional<AskedShare> maxLeft,
    @JsonProperty("max_deferred") Optional<AskedShare> maxDeferred,
    Optional<Boolean> export,
    @JsonProperty("attack_seeds") Optional<Integer> attackSeeds) {
  /** Seeds of the search past the guard where nobody says otherwise. */
  public static final int USUAL_ATTACK_SEEDS = 100;

  public GuardConfig {
    if (maxLeft.isPresent() == maxDeferred.isPresent()) {
      throw new IllegalArgumentException(
          (maxLeft.isPresent()
                  ? "max_left and max_deferred are"
                  : "neither max_left nor max_deferred is")
              + " given, expected one of them");
    }
    attackSeeds.ifPresent(
        seeds -> {
          if (seeds < 0) {
            throw new IllegalArgumentException(
                "attack_seeds is " + seeds + ", expected at least 0");
          }
        });
  }

  GuardTarget target() {
    return maxLeft
        .<GuardTarget>map(share -> new GuardTarget.MaxLeft(share.value()))
        .orElseGet(() -> new GuardTarget.MaxDeferred(maxDeferred.orElseThrow().value()));
  }

  boolean exports() {
    return export.orElse(true);
  }

  int seeds() {
    return attackSeeds.orElse(USUAL_ATTACK_SEEDS);
  }
}
