package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/**
 * What the numbers of tensors lie between.
 *
 * @param low the least
 * @param high the largest
 */
record ValueRange(float low, float high) {
  /**
   * @param tensors all of which are looked at
   */
  static ValueRange of(Dataset tensors) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < tensors.size(); i++) {
      for (float value : ((TensorInput) tensors.input(i)).values()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return new ValueRange(low, high);
  }

  /** Standard deviation of all numbers. */
  static double deviation(Dataset tensors) {
    double sum = 0;
    long count = 0;
    for (int i = 0; i < tensors.size(); i++) {
      for (float value : ((TensorInput) tensors.input(i)).values()) {
        sum += value;
        count++;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = 0; i < tensors.size(); i++) {
      for (float value : ((TensorInput) tensors.input(i)).values()) {
        squares += (value - mean) * (value - mean);
      }
    }
    return Math.sqrt(squares / count);
  }

  /**
   * Checks that there is something between which a search can move.
   *
   * @throws BadInputException if all numbers are the same
   */
  void requireDifferent() {
    if (!(high > low) || !Float.isFinite(high - low)) {
      throw new BadInputException(
          "the tensors of the data lie between "
              + low
              + " and "
              + high
              + ", expected different numbers to search between");
    }
  }
}
