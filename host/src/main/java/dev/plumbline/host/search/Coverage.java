package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a search by coverage draws, to add its activation in the compressed model to the loss. */
public enum Coverage {
  /** As published: a neuron that is active in the original and not in the compressed model. */
  NEURON,
  /** A channel, of which all neurons count that the compressed model activates too little. */
  CHANNEL,
  /** A layer, likewise. */
  LAYER;

  /** Its name on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws BadInputException if there is none of that name
   */
  public static Coverage parse(String word) {
    return Arrays.stream(values())
        .filter(coverage -> coverage.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "coverage '"
                        + word
                        + "' does not exist, expected one of "
                        + Arrays.stream(values())
                            .map(Coverage::word)
                            .collect(Collectors.joining(", "))));
  }
}
