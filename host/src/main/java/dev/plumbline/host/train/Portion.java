package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;

/**
 * A part of the training data with a fixed share of each batch.
 *
 * @param part where its pictures come from
 * @param share of a batch, above 0 and at most 1
 */
public record Portion(TrainingPart part, double share) {
  public Portion {
    if (!(share > 0 && share <= 1)) {
      throw new BadInputException(
          "a part of the training data has a share of "
              + share
              + ", expected above 0 and at most 1");
    }
  }
}
