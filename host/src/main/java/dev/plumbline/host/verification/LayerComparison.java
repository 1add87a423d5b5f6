package dev.plumbline.host.verification;

import java.util.OptionalDouble;

/**
 * One value of a model as the differentiable graph and ONNX Runtime compute it.
 *
 * @param value its name in the model
 * @param operator of the node that makes it
 * @param largestDifference between the two, over all pictures; infinite where one of them is no
 *     number
 * @param largestMagnitude of ONNX Runtime's
 * @param rounding the share of the largest magnitude that rounding alone explains, in a model that
 *     rounds to few bits; else 0
 * @param sqnr signal-to-quantization-noise ratio against the original, in dB; empty where no
 *     original was given or it has no such value, infinite where there is no noise
 */
public record LayerComparison(
    String value,
    String operator,
    double largestDifference,
    double largestMagnitude,
    double rounding,
    OptionalDouble sqnr) {

  /** The largest difference as a share of the largest magnitude. */
  public double relativeDifference() {
    return largestDifference == 0 ? 0 : largestDifference / largestMagnitude;
  }

  /** Whether the two agree to a share of the largest magnitude, or to what rounding explains. */
  boolean isWithin(double tolerance) {
    return relativeDifference() <= Math.max(tolerance, rounding);
  }

  /**
   * Whether the two differ by more than a share of the largest magnitude, and rounding explains it.
   */
  public boolean isRounding(double tolerance) {
    return relativeDifference() > tolerance && relativeDifference() <= rounding;
  }
}
