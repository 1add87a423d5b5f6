package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a repair teaches, and at what rate. */
public enum RepairRecipe {
  /** The original's soft labels of every picture as it is drawn. */
  DISTILL,
  /** As COMPD published it: the original's labels, a hundredth of the training rate. */
  COMPD;

  /** Share of the training rate that a repair goes on with, as published. */
  private static final double PUBLISHED_SHARE = 0.01;

  /** Quantized weights leave a good place in larger steps: agreement on clean pictures falls. */
  private static final double QUANTIZED_SHARE = 0.001;

  /** Share of the training rate that a repair of a model goes on with. */
  double shareOfTrainingRate(OnnxModel compressed) {
    boolean quantized = ModelFacts.of(compressed).format() != ModelFacts.Format.FLOAT;
    return this == DISTILL && quantized ? QUANTIZED_SHARE : PUBLISHED_SHARE;
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
