package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.compress.ActivationRanges.Interval;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges by least squares and by divergence; the oracle rounds every number. */
class RangeSearchTest {
  private static final int COUNT = 20_000;

  private static Histogram of(float[] values) {
    float low = values[0];
    float high = values[0];
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    Histogram histogram = new Histogram(low, high);
    histogram.add(values);
    return histogram;
  }

  private static float[] gaussian(boolean rectified, float outlier) {
    Random random = new Random(3);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double value = random.nextGaussian();
      values[i] = (float) (rectified ? Math.max(0, value) : value);
    }
    values[17] = outlier;
    return values;
  }

  /** Mean square error of rounding to 8 bits in a range, number by number. */
  private static double error(float[] values, double low, double high) {
    var q = WeightQuantization.activation(new Interval((float) low, (float) high));
    double scale = q.scale()[0];
    long zero = q.zeroPoint()[0];
    double sum = 0;
    for (float value : values) {
      double integer = Math.max(0, Math.min(255, Math.rint(value / scale) + zero));
      double back = (integer - zero) * scale;
      sum += (back - value) * (back - value);
    }
    return sum / values.length;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leastSquaresComesNearTheBestRangeThereIs(boolean rectified) {
    float[] values = gaussian(rectified, 12);
    Interval found = new RangeSearch(of(values)).leastSquares();
    double best = Double.MAX_VALUE;
    for (double high = 1; high <= 12; high += 0.1) {
      for (double low = rectified ? 0 : -5; low <= 0; low += 0.1) {
        best = Math.min(best, error(values, low, high));
      }
    }
    double reached = error(values, found.low(), found.high());
    // A step of an end is a hundredth of its way; the model of an even error is a few percent off.
    assertTrue(reached <= 1.1 * best, reached + " against " + best + " in " + found);
    assertTrue(reached < error(values, rectified ? 0 : -4, 12), "no better than all of it");
  }

  @Test
  void theLeastDivergenceCutsOffWhatIsRare() {
    Interval found = new RangeSearch(of(gaussian(false, 60))).leastDivergence();
    assertTrue(found.high() < 12 && found.high() > 1.5, () -> "found " + found);
    assertTrue(found.low() < -1.5, () -> "found " + found);
  }

  /** What a rectifier puts out: half of the numbers are 0, which every range tells exactly. */
  @Test
  void theLeastDivergenceOfRectifiedNumbersIsNotRuledByTheirZeros() {
    float[] values = gaussian(true, 12);
    Interval found = new RangeSearch(of(values)).leastDivergence();
    assertEquals(0, found.low());
    // A number in some 400 is above 3.
    assertTrue(found.high() > 3 && found.high() < 12, () -> "found " + found);
  }

  @Test
  void numbersThatAreSpreadEvenlyAreAllKept() {
    Random random = new Random(5);
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = 4 * random.nextFloat() - 1;
    }
    for (Interval found :
        new Interval[] {
          new RangeSearch(of(values)).leastSquares(), new RangeSearch(of(values)).leastDivergence()
        }) {
      assertEquals(-1, found.low(), 0.1);
      assertEquals(3, found.high(), 0.1);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 2, -3})
  void aValueThatNeverChangesHasARangeThatHoldsItAndZero(float value) {
    float[] values = {value, value, value};
    for (Interval found :
        new Interval[] {
          new RangeSearch(of(values)).leastSquares(), new RangeSearch(of(values)).leastDivergence()
        }) {
      assertEquals(Math.min(0, value), found.low());
      assertEquals(Math.max(0, value), found.high());
    }
  }
}
