package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a repair teaches. */
public enum RepairRecipe {
  /** The original's logits, pictures near its boundary more than others. */
  LOGITS,
  /** The original's outputs as they are, margins no larger but close to a boundary. */
  MATCH,
  /** The original's soft labels. */
  DISTILL,
  /** As COMPD published it: the original's labels, a hundredth of the training rate, SGD. */
  COMPD;

  /** Of the compressed model's own graph: a new search finds the fewest deviations of any kind. */
  public static final RepairRecipe USUAL = LOGITS;

  /**
   * Of a graph whose precision was chosen against confident deviations: margins beyond the
   * original's would bring them back.
   */
  public static final RepairRecipe USUAL_OF_CHOSEN_GRAPH = MATCH;

  /** Share of the training rate that a repair goes on with, as published. */
  static final double PUBLISHED_SHARE = 0.01;

  /** Rounds of search and repair where nobody says how many; 0 to repair once. */
  public int usualRounds() {
    return this == COMPD ? 0 : RoundSettings.USUAL_ROUNDS;
  }

  /**
   * @throws BadInputException if there is none of that name
   */
  public static RepairRecipe parse(String text) {
    return Arrays.stream(values())
        .filter(recipe -> recipe.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "repair recipe '"
                        + text
                        + "' does not exist, expected one of "
                        + Arrays.stream(values())
                            .map(RepairRecipe::toString)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
