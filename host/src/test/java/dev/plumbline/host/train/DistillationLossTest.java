package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.task.Classification;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Losses of a distillation, against their formulas by hand in double. */
class DistillationLossTest {
  private static final double[][] LOGITS = {{1, 2, -1}, {0.5, 0.4, 3}};
  private static final double[][] TAUGHT = {{2, 1.9, 0}, {-1, 0, 4}};

  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  private static double found(DistillationLoss loss) {
    try (NDManager manager = DeviceArrays.owner()) {
      return loss.of(array(manager, LOGITS), array(manager, TAUGHT)).getFloat();
    }
  }

  private static NDArray array(NDManager manager, double[][] rows) {
    float[] values = new float[6];
    for (int i = 0; i < 6; i++) {
      values[i] = (float) rows[i / 3][i % 3];
    }
    return TestDevice.place(manager.create(values, new Shape(2, 3)));
  }

  private static double[] softmax(double[] logits, double temperature) {
    double sum = 0;
    double[] shares = new double[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] / temperature);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  @Test
  void softLabelsAreCrossEntropyAtATemperature() {
    double expected = 0;
    for (int n = 0; n < 2; n++) {
      double[] ours = softmax(LOGITS[n], 3);
      double[] theirs = softmax(TAUGHT[n], 3);
      for (int c = 0; c < 3; c++) {
        expected -= 9 * theirs[c] * Math.log(ours[c]) / 2;
      }
    }
    // A dozen float32 operations on numbers up to 10.
    assertEquals(expected, found(DistillationLoss.softLabels(3)), 1e-5);
  }

  @Test
  void differencesOfLogitsCountMoreNearTheTeachersBoundary() {
    ToDoubleFunction<Integer> squares =
        n -> {
          double mean = 0;
          for (int c = 0; c < 3; c++) {
            mean += (LOGITS[n][c] - TAUGHT[n][c]) / 3;
          }
          double sum = 0;
          for (int c = 0; c < 3; c++) {
            sum += Math.pow(LOGITS[n][c] - TAUGHT[n][c] - mean, 2);
          }
          return sum;
        };
    // Margins of the teacher: 0.1 and 4, 2.05 on average.
    double unit = 2.05;
    double near = 1 + 10 * Math.exp(-0.1 / unit / 0.3);
    double far = 1 + 10 * Math.exp(-4 / unit / 0.3);
    double expected =
        (near * squares.applyAsDouble(0) + far * squares.applyAsDouble(1))
            / (near + far)
            / (unit * unit);
    assertEquals(
        expected, found(DistillationLoss.logits(Classification.PLAIN, 10, 0.3)), 1e-5 * expected);
  }

  @Test
  void aMarginCostsWhatTheTeachersLabelLacksOfIt() {
    // The teacher's labels are 0 and 2, with a mean margin of 2.05. The model is behind by 1 on the
    // first and ahead by 2.5 on the second.
    double without = found(DistillationLoss.softLabels(1));
    double with = found(DistillationLoss.softLabels(1).withMargin(Classification.PLAIN, 2, 3));
    assertEquals(2 * ((3 + 1 / 2.05) + (3 - 2.5 / 2.05)) / 2, with - without, 1e-5);
  }

  @Test
  void aTemperatureThatIsNoneIsRefused() {
    Refusal.says(() -> DistillationLoss.softLabels(0), "temperature", "0.0", "above 0");
  }
}
