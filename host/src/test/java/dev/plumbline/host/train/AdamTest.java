package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.autograd.TorchEngine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The steps of Adam, against its formula by hand in double. */
class AdamTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  @Test
  void stepsGoWhereTheFormulaGoesInUnitsOfTheParameter() {
    double rate = 0.1;
    double[] units = {0.5, 2};
    double[] slopes = {3, -0.2};
    double[] expected = {1, 1};
    double[] m = new double[2];
    double[] v = new double[2];
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray weight = TestDevice.place(manager.create(new float[] {1, 1}));
      weight.setRequiresGradient(true);
      NDArray unit = TestDevice.place(manager.create(new float[] {0.5f, 2}));
      List<Parameter> parameters =
          List.of(new Parameter("w", weight, (t, g) -> t, true, Optional.of(unit)));
      try (Adam adam = new Adam(parameters, WeightMasks.none())) {
        for (int step = 1; step <= 3; step++) {
          // The gradient changes from step to step.
          float factor = step;
          try (GradientTape tape = GradientTape.open()) {
            tape.backward(
                weight
                    .mul(TestDevice.place(manager.create(new float[] {3, -0.2f})))
                    .sum()
                    .mul(factor));
          }
          adam.step(rate);
          for (int i = 0; i < 2; i++) {
            double g = slopes[i] * step;
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            double mean = m[i] / (1 - Math.pow(0.9, step));
            double square = v[i] / (1 - Math.pow(0.999, step));
            expected[i] -= rate * units[i] * mean / Math.sqrt(square);
          }
        }
      }
      // Three steps of a few float32 roundings each.
      assertArrayEquals(
          new float[] {(float) expected[0], (float) expected[1]}, weight.toFloatArray(), 2e-6f);
    }
  }

  @Test
  void whatIsNotQuantizedMovesByAShareOfItsUsualSize() {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray weight = TestDevice.place(manager.create(new float[] {4, 0, -4}));
      weight.setRequiresGradient(true);
      List<Parameter> parameters = List.of(new Parameter("w", weight, (t, g) -> t, true));
      try (Adam adam = new Adam(parameters, WeightMasks.none())) {
        try (GradientTape tape = GradientTape.open()) {
          tape.backward(weight.sum());
        }
        adam.step(0.8);
      }
      // The first step has the size of the rate; the unit is 4 / 32, as the 0 does not count.
      assertArrayEquals(new float[] {3.9f, -0.1f, -4.1f}, weight.toFloatArray(), 1e-6f);
    }
  }
}
