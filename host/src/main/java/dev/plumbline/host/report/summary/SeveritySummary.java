package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.corpus.Severities;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How severe the deviations are that a judge sees.
 *
 * @param deviations whose severity is known
 * @param quantiles of their severities, by share ("0" to "1"), least first
 * @param seeds that have such a deviation
 * @param seedQuantiles of the most severe deviation of each seed, likewise
 * @param seedsAtLeast seeds with a deviation at least so severe, by the severity, least first
 * @see Severities.Figures
 */
public record SeveritySummary(
    int deviations,
    Map<String, Double> quantiles,
    int seeds,
    @JsonProperty("seed_quantiles") Map<String, Double> seedQuantiles,
    @JsonProperty("seeds_at_least") Map<String, Integer> seedsAtLeast) {
  public SeveritySummary {
    Checks.count("deviations", deviations);
    Checks.count("seeds", seeds);
    quantiles = Collections.unmodifiableMap(new LinkedHashMap<>(quantiles));
    seedQuantiles = Collections.unmodifiableMap(new LinkedHashMap<>(seedQuantiles));
    seedsAtLeast = Collections.unmodifiableMap(new LinkedHashMap<>(seedsAtLeast));
  }

  public static SeveritySummary of(Severities severities) {
    Severities.Figures figures = severities.figures();
    return new SeveritySummary(
        figures.deviations(),
        figures.quantiles(),
        figures.seeds(),
        figures.seedQuantiles(),
        figures.seedsAtLeast());
  }
}
