package dev.plumbline.host.verification;

import java.util.OptionalDouble;

/** What is summed up of one layer, batch after batch. */
final class LayerDifference {
  private final String value;
  private final String operator;
  private final RoundingAllowance rounding;
  private double largestDifference;
  private double largestMagnitude;
  private double signal;
  private double noise;
  private boolean compared;

  LayerDifference(String value, String operator, RoundingAllowance rounding) {
    this.value = value;
    this.operator = operator;
    this.rounding = rounding;
  }

  /**
   * @param found by the graph
   * @param expected from ONNX Runtime
   */
  void add(float[] found, float[] expected) {
    requireSameSize(found, expected, "the differentiable graph");
    for (int i = 0; i < found.length; i++) {
      // A mask of infinities says nothing of the size of the other numbers.
      if (Float.isFinite(expected[i])) {
        largestMagnitude = Math.max(largestMagnitude, Math.abs(expected[i]));
      }
      if (Float.compare(found[i], expected[i]) == 0) {
        continue;
      }
      double difference = Math.abs((double) found[i] - expected[i]);
      largestDifference =
          Double.isNaN(difference)
              ? Double.POSITIVE_INFINITY
              : Math.max(largestDifference, difference);
    }
  }

  /**
   * @param compressed from ONNX Runtime
   * @param original likewise, of the original
   */
  void addNoise(float[] compressed, float[] original) {
    requireSameSize(compressed, original, "the original");
    compared = true;
    for (int i = 0; i < original.length; i++) {
      if (compressed[i] == original[i] && Float.isInfinite(original[i])) {
        continue;
      }
      double difference = (double) compressed[i] - original[i];
      signal += (double) original[i] * original[i];
      noise += difference * difference;
    }
  }

  private void requireSameSize(float[] found, float[] expected, String whose) {
    if (found.length != expected.length) {
      throw new IllegalStateException(
          "value "
              + value
              + " has "
              + found.length
              + " elements, where "
              + whose
              + " has "
              + expected.length);
    }
  }

  LayerComparison result() {
    return new LayerComparison(
        value,
        operator,
        largestDifference,
        largestMagnitude,
        rounding.share(),
        compared ? OptionalDouble.of(10 * Math.log10(signal / noise)) : OptionalDouble.empty());
  }
}
