package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.TestDevice;
import org.junit.jupiter.api.Test;

class SquareRootTest {
  @Test
  void rootsAreThoseOfJavaAndOfLessThanNothingNotANumber() {
    float[] values = {0, 1e-30f, 2, 1e30f, -1};
    try (NDManager manager = DeviceArrays.owner()) {
      float[] found = SquareRoot.of(TestDevice.place(manager.create(values))).toFloatArray();
      float[] expected = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        expected[i] = (float) Math.sqrt(values[i]);
      }
      assertArrayEquals(expected, found);
    }
  }

  /** Of the root of a square the slope is the sign; the magnitude of a spectrum is made so. */
  @Test
  void theSlopeOfASilentPlaceIsNothingAndNotANumberNowhere() {
    try (NDManager manager = DeviceArrays.owner();
        GradientTape tape = GradientTape.open()) {
      NDArray leaf = TestDevice.place(manager.create(new float[] {-3, 0, 2})).duplicate();
      leaf.setRequiresGradient(true);
      tape.backward(SquareRoot.of(leaf.square()).sum());
      assertArrayEquals(new float[] {-1, 0, 1}, leaf.getGradient().toFloatArray());
    }
  }
}
