package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.precision.AskedIncrease;
import dev.plumbline.host.repair.RoundSettings;
import java.util.Optional;

/**
 * The graph that a job's repair trains, chosen between the compressed model and the original.
 *
 * @param maxLatencyIncrease how much more latency than the compressed model's it may have
 * @param attackSeeds seeds of the new search against each candidate; 50 if absent
 */
public record PrecisionConfig(
    @JsonProperty("max_latency_increase") AskedIncrease maxLatencyIncrease,
    @JsonProperty("attack_seeds") Optional<Integer> attackSeeds) {
  public PrecisionConfig {
    if (maxLatencyIncrease == null) {
      throw new IllegalArgumentException("max_latency_increase is not given, expected one");
    }
    attackSeeds.ifPresent(
        seeds -> {
          if (seeds < 1) {
            throw new IllegalArgumentException(
                "attack_seeds is " + seeds + ", expected at least 1");
          }
        });
  }

  int seeds() {
    return attackSeeds.orElse(RoundSettings.USUAL_ATTACK_SEEDS);
  }
}
