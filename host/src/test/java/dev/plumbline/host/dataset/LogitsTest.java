package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import org.junit.jupiter.api.Test;

class LogitsTest {
  private static final float ENDLESS = Float.POSITIVE_INFINITY;

  @Test
  void theFirstOfTheLargestIsTheLabel() {
    assertEquals(1, Logits.label(new float[] {0, 2, 2}));
  }

  @Test
  void whatHasNoSoftmaxIsRefused() {
    for (float[] logits :
        new float[][] {{0, Float.NaN}, {0, ENDLESS}, {ENDLESS, ENDLESS}, {-ENDLESS, -ENDLESS}}) {
      Refusal.says(
          () -> Logits.label(logits), "a model gives ", " for class ", "expected a finite number");
    }
  }
}
