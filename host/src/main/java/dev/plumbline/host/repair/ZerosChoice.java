package dev.plumbline.host.repair;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Locale;

/**
 * The weights of a pruned model that a repair lets differ from 0, where they were chosen anew
 * before the rounds.
 *
 * @param taken whether the model with the new choice is the better one, which the rounds train; if
 *     not they train the compressed model as it was
 * @param maxMore how many more weights of convolutions than the compressed model's may differ from
 *     0, as a share of these
 * @param weights of convolutions in all
 * @param keptBefore how many of them differ from 0 in the compressed model
 * @param kept how many in the other
 * @param layers in the order of the graph
 * @param sha256 of the model with the new choice, trained and before any round
 * @param naturalBefore clean pictures on which the compressed model's decision is not the
 *     original's
 * @param natural likewise of the other
 * @param marginErrorBefore root mean square of the difference to the original's margins on clean
 *     pictures, of the compressed model
 * @param marginError likewise of the other
 * @param newSearch of the compressed model and of the other one, from the seeds that nothing else
 *     is chosen by
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ZerosChoice(
    boolean taken,
    double maxMore,
    long weights,
    long keptBefore,
    long kept,
    List<Layer> layers,
    String sha256,
    int naturalBefore,
    int natural,
    double marginErrorBefore,
    double marginError,
    NewSearchCounts.BeforeAfter newSearch) {
  /**
   * The weights of one convolution.
   *
   * @param name of the initializer
   * @param weights in all
   * @param keptBefore how many of them differ from 0 in the compressed model
   * @param kept how many in the other
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Layer(String name, long weights, long keptBefore, long kept) {}

  public ZerosChoice {
    layers = List.copyOf(layers);
  }

  /** One sentence for people. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "zeros: %s, %d of %d weights kept instead of %d (at most %.1f %% more allowed), %d"
            + " natural deviations instead of %d, margin error %.3f instead of %.3f; %s",
        taken ? "chosen anew" : "left as they were, as the new choice is no better",
        kept,
        weights,
        keptBefore,
        100 * maxMore,
        natural,
        naturalBefore,
        marginError,
        marginErrorBefore,
        newSearch.inWords());
  }
}
