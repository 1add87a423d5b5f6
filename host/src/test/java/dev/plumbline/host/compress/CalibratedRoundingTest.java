package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounding by what comes out; ONNX Runtime is the oracle of that. */
class CalibratedRoundingTest {
  private static final OnnxModel ORIGINAL = SmallNetworks.mobile(4, "Relu");

  private static OnnxModel weightsOf(QuantizationSettings settings) {
    return new Quantizer(Accelerator.CPU)
        .quantizeWeights(ORIGINAL, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT);
  }

  @ParameterizedTest
  @EnumSource(WeightScales.class)
  void theErrorOfTheLogitsBecomesLess(WeightScales scales) {
    QuantizationSettings settings = QuantizationSettings.minMax().with(scales);
    float[][] wanted = SmallNetworks.logits(ORIGINAL);
    double nearest = SmallNetworks.apart(wanted, SmallNetworks.logits(weightsOf(settings)));
    double calibrated =
        SmallNetworks.apart(
            wanted,
            SmallNetworks.logits(weightsOf(settings.with(Preparation.CALIBRATED_ROUNDING))));
    // Half of these pictures are bright and half dark: errors that go with the brightness cancel.
    assertTrue(calibrated < 0.75 * nearest, calibrated + " against " + nearest);
  }

  @Test
  void scalesStayAndWeightsMoveByFewSteps() {
    QuantizationSettings settings = QuantizationSettings.minMax();
    OnnxModel nearest = weightsOf(settings);
    OnnxModel calibrated = weightsOf(settings.with(Preparation.CALIBRATED_ROUNDING));
    int moved = 0;
    for (String layer : new String[] {"a_w", "b_w", "c_w", "d_w"}) {
      assertArrayEquals(
          nearest.graph().constants().get(layer + "_scale").floats(),
          calibrated.graph().constants().get(layer + "_scale").floats(),
          layer);
      long[] a = nearest.graph().constants().get(layer + "_quantized").longs();
      long[] b = calibrated.graph().constants().get(layer + "_quantized").longs();
      for (int i = 0; i < a.length; i++) {
        moved += a[i] == b[i] ? 0 : 1;
        assertTrue(Math.abs(a[i] - b[i]) <= 8, layer + " " + a[i] + " became " + b[i]);
      }
    }
    assertTrue(moved > 0, "no weight moved");
  }

  /** The oracle tries all combinations of rounding up and down. */
  @Test
  void aFilterOfFewWeightsIsAsGoodAsTheBestOfAllRoundings() {
    Random random = new Random(2);
    int n = 8;
    double[] products = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        products[i * n + j] = i == j ? 1 : 0.95;
      }
    }
    float scale = 0.1f;
    for (int trial = 0; trial < 20; trial++) {
      float[] weight = new float[n];
      long[] integers = new long[n];
      int[] elements = new int[n];
      for (int i = 0; i < n; i++) {
        weight[i] = (float) random.nextGaussian();
        integers[i] = Math.round(weight[i] / scale);
        elements[i] = i;
      }
      double nearest = cost(products, weight, integers, scale);
      double best = nearest;
      for (int choice = 0; choice < 1 << n; choice++) {
        long[] chosen = new long[n];
        for (int i = 0; i < n; i++) {
          chosen[i] = (long) Math.floor(weight[i] / scale) + (choice >> i & 1);
        }
        best = Math.min(best, cost(products, weight, chosen, scale));
      }
      float shift =
          new Moments(new double[n], products, true).round(weight, integers, elements, scale, 127);
      assertEquals(0, shift);
      double reached = cost(products, weight, integers, scale);
      // Steps of single weights end in a local least: between the nearest and the best of all.
      assertTrue(reached <= nearest, reached + " against " + nearest);
      assertTrue(reached <= best + 0.5 * (nearest - best) + 1e-9, reached + " against " + best);
    }
  }

  private static double cost(double[] products, float[] weight, long[] integers, float scale) {
    int n = weight.length;
    double cost = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double a = (double) integers[i] * scale - weight[i];
        double b = (double) integers[j] * scale - weight[j];
        cost += products[i * n + j] * a * b;
      }
    }
    return cost;
  }
}
