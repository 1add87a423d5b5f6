package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.Optional;

/**
 * How far a search may change tensors: what a user says, and the bounds that follow from data.
 *
 * @param epsilon the most that a number may change
 * @param maxChanges the most elements of whole numbers that may change
 * @param keptValues whole numbers that are not changed
 * @param bounds empty for pictures, and until the data are known
 */
public record TensorReach(
    Optional<Epsilon> epsilon,
    Optional<MaxChanges> maxChanges,
    List<Integer> keptValues,
    Optional<TensorBounds> bounds) {
  /** Where nothing is said. */
  public static final TensorReach USUAL = asked(Optional.empty(), Optional.empty(), List.of());

  public TensorReach {
    keptValues = List.copyOf(keptValues);
  }

  /** What a user says. */
  public static TensorReach asked(
      Optional<Epsilon> epsilon, Optional<MaxChanges> maxChanges, List<Integer> keptValues) {
    return new TensorReach(epsilon, maxChanges, keptValues, Optional.empty());
  }

  /** This with bounds. */
  public TensorReach within(TensorBounds found) {
    return new TensorReach(epsilon, maxChanges, keptValues, Optional.of(found));
  }

  /**
   * This with the bounds of floating-point numbers.
   *
   * @throws BadInputException if what is said is of whole numbers
   */
  public TensorReach ofFloats(Dataset seeds) {
    requireNothingOfWholeNumbers(seeds);
    return within(FloatBounds.of(seeds, epsilon));
  }

  /**
   * This with the bounds of whole numbers.
   *
   * @throws BadInputException if what is said is of floating-point numbers
   */
  public TensorReach ofWholeNumbers(Dataset seeds) {
    requireNothingOfFloats();
    return within(WholeNumberBounds.of(seeds, maxChanges, keptValues));
  }

  /**
   * Refuses what is said of tensors, where inputs are pictures.
   *
   * @param data of pictures
   * @throws BadInputException if something is, or a pixel cannot change as far as is said
   */
  public void requireOfPictures(Dataset data) {
    requireNothingOfWholeNumbers(data);
    try {
      epsilon.ifPresent(Epsilon::ofRange);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  /**
   * Refuses what is said of whole numbers, where inputs are none.
   *
   * @param data which are not of whole numbers
   * @throws BadInputException if something is
   */
  private void requireNothingOfWholeNumbers(Dataset data) {
    if (maxChanges.isPresent() || !keptValues.isEmpty()) {
      throw new BadInputException(
          maxChanges.map(most -> "max changes " + most).orElse("values to keep " + keptValues)
              + " is for models that take whole numbers, found "
              + (data.inputShape() instanceof PictureShape ? "pictures of " : "tensors of ")
              + data.inputShape()
              + " of other numbers: expected epsilon");
    }
  }

  /**
   * Refuses what is said of floating-point numbers, where inputs are whole ones.
   *
   * @throws BadInputException if something is
   */
  public void requireNothingOfFloats() {
    epsilon.ifPresent(
        asked -> {
          throw new BadInputException(
              "epsilon "
                  + asked
                  + " is for numbers that can be moved a little, found a model that takes whole"
                  + " numbers: expected max changes, the number of elements that may change");
        });
  }
}
