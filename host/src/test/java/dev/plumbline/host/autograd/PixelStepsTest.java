package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps of one picture of four pixels, worked out by hand. Whole numbers are exact. */
class PixelStepsTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    TorchEngine.load();
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray row(float... values) {
    return TestDevice.place(manager.create(values, new Shape(1, values.length)));
  }

  private float[] reach(NDArray seed, NDArray from, NDArray slope, float rise, float longest) {
    return PixelSteps.around(seed.reshape(1, 1, 2, 2), 3 / 255.0)
        .reach(from, slope, row(longest), new PixelSteps.Goal(slope, row(rise)))
        .toFloatArray();
  }

  @Test
  void thePixelsThatMatterMostMoveFirst() {
    NDArray seed = row(100, 100, 100, 100);
    NDArray slope = row(8, -4, 2, 1);
    assertArrayEquals(
        new float[] {1, 0, 0, 0}, reach(seed, row(0, 0, 0, 0), slope, 8, 9), "8 is enough");
    assertArrayEquals(
        new float[] {2, -1, 0, 0}, reach(seed, row(0, 0, 0, 0), slope, 20, 9), "16 + 4");
  }

  @Test
  void noPixelLeavesTheBallOrTheRangeOfPixels() {
    NDArray slope = row(8, -4, 2, 1);
    assertArrayEquals(
        new float[] {1, -2, 3, 3},
        reach(row(254, 2, 100, 100), row(0, 0, 0, 0), slope, 1000, 1000),
        "255, 0 and the radius of 3 end it");
    assertArrayEquals(
        new float[] {0, -1, 5, 3},
        reach(row(100, 100, 100, 100), row(3, -2, -2, 0), slope, 1000, 1000),
        "what was changed before counts");
  }

  @Test
  void aStepIsNoLongerThanAllowedButMovesAPixel() {
    NDArray seed = row(100, 100, 100, 100);
    assertArrayEquals(
        new float[] {1, 0, 0, 0}, reach(seed, row(0, 0, 0, 0), row(8, -4, 2, 1), 1000, 0.001f));
  }

  @Test
  void theFirstGoalThatIsReachedEndsTheStep() {
    NDArray direction = row(4, 3, 0, 0);
    float[] step =
        PixelSteps.around(row(100, 100, 100, 100).reshape(1, 1, 2, 2), 3 / 255.0)
            .reach(
                row(0, 0, 0, 0),
                direction,
                row(9),
                new PixelSteps.Goal(row(1, 0, 0, 0), row(3)),
                new PixelSteps.Goal(row(0, 5, 0, 0), row(5)))
            .toFloatArray();
    assertArrayEquals(new float[] {1, 1, 0, 0}, step);
  }
}
