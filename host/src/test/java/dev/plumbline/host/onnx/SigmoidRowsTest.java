package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.onnx.RowOutput.Read;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigmoidRowsTest {
  private static float[] row(float... probabilities) {
    RowReading reading = new RowReading("m.onnx", List.of(new RowOutput("p", Read.SIGMOID)));
    Tensor output = Tensor.ofFloats(new long[] {1, probabilities.length}, probabilities);
    return reading.rows(Map.of("p", output), 1)[0];
  }

  @Test
  void probabilitiesOfASigmoidAreReadAsTheLogOddsThatTheyWereMadeOf() {
    for (double logit : new double[] {-80, -20, -1, 0, 0.5, 4, 9}) {
      float p = (float) (1 / (1 + Math.exp(-logit)));
      // Float32 below 1 has steps of 6e-8, which at a logit of 9 are 5e-4.
      assertEquals(logit, row(p)[0], 1e-3, "logit " + logit);
    }
  }

  /** A logit of 17 is a probability of 1 in float32; one of 87 was never meant. */
  @Test
  void aProbabilityOfOneIsReadAsTheLeastLogitThatRoundsToIt() {
    float[] row = row(1, Math.nextDown(1f));
    assertTrue(row[0] > row[1], row[0] + " and " + row[1]);
    assertEquals(17.3, row[0], 0.1);
    assertEquals(16.6, row[1], 0.1);
    assertTrue(Float.isNaN(row(Float.NaN)[0]));
  }
}
