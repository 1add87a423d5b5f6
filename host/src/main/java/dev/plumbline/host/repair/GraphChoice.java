package dev.plumbline.host.repair;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Locale;

/**
 * The graph that a repair trains, where it was chosen between the compressed model and the original
 * before the rounds.
 *
 * @param name of the candidate
 * @param precision what of it is in more than 8 bits, for people
 * @param floatLayers names of the layers in float
 * @param sha256 of the chosen model, before any round
 * @param maxLatencyIncrease over the compressed model's that was allowed, as a share
 * @param latencyIncrease that was measured on the host
 * @param sizeBefore of the compressed model's file, in bytes
 * @param size of the chosen model's file
 * @param newSearch of the compressed model and of the chosen one, from the seeds that nothing is
 *     chosen by
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record GraphChoice(
    String name,
    String precision,
    List<String> floatLayers,
    String sha256,
    double maxLatencyIncrease,
    double latencyIncrease,
    long sizeBefore,
    long size,
    NewSearchCounts.BeforeAfter newSearch) {
  public GraphChoice {
    floatLayers = List.copyOf(floatLayers);
  }

  /** One sentence for people. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "graph: %s, %s, %+.1f %% latency on the host (%.1f %% allowed), %d bytes instead of %d; %s",
        name,
        precision,
        100 * latencyIncrease,
        100 * maxLatencyIncrease,
        size,
        sizeBefore,
        newSearch.inWords());
  }
}
