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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MomentumSgdTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  /**
   * By hand, gradient 0.5 throughout, rate 0.1, momentum 0.9, decay 0.1. A weight from 1: v = 0.6,
   * p = 0.94; v = 0.54 + 0.5 + 0.094 = 1.134, p = 0.8266. A bias from 1, without decay: v = 0.5, p
   * = 0.95; v = 0.95, p = 0.855.
   */
  @Test
  void twoStepsGoWhereTheFormulaOfPyTorchGoes() {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray weight = TestDevice.place(manager.create(new float[] {1f, 1f}));
      NDArray bias = TestDevice.place(manager.create(new float[] {1f}));
      weight.setRequiresGradient(true);
      bias.setRequiresGradient(true);
      List<Parameter> parameters =
          List.of(
              new Parameter("weight", weight, (t, g) -> t, true),
              new Parameter("bias", bias, (t, g) -> t, false));
      try (MomentumSgd sgd = new MomentumSgd(parameters, WeightMasks.none(), 0.9, 0.1)) {
        for (int step = 0; step < 2; step++) {
          try (GradientTape tape = GradientTape.open()) {
            tape.backward(weight.sum().add(bias.sum()).mul(0.5f));
          }
          sgd.step(0.1);
        }
      }
      // A few roundings of float32.
      assertArrayEquals(new float[] {0.8266f, 0.8266f}, weight.toFloatArray(), 1e-6f);
      assertArrayEquals(new float[] {0.855f}, bias.toFloatArray(), 1e-6f);
    }
  }
}
