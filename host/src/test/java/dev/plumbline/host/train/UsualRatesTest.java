package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.onnx.OnnxModel;
import org.junit.jupiter.api.Test;

/** Reckoned by hand from the 0.1 that the originals of the paper were trained at. */
class UsualRatesTest {
  // Rounding of a few divisions.
  private static final double ROUNDING = 1e-12;

  private final OnnxModel normalised = TrainingFixture.network(2);
  private final OnnxModel plain = TrainingFixture.withoutNormalisation(1);

  @Test
  void withoutNormalisationRatesAreATenth() {
    assertEquals(0.1, UsualRates.fromScratch(normalised), ROUNDING);
    assertEquals(0.01, UsualRates.fromScratch(plain), ROUNDING);
    assertEquals(0.01, UsualRates.fromOwnWeights(normalised), ROUNDING);
    assertEquals(0.001, UsualRates.fromOwnWeights(plain), ROUNDING);
    assertEquals(0.01, UsualRates.fineTuning(normalised), ROUNDING);
    assertEquals(0.001, UsualRates.fineTuning(plain), ROUNDING);
  }

  @Test
  void fineTuningGoesByTheRateThatTheModelTells() {
    OnnxModel told = TrainingMetadata.withRate(normalised, 0.4);
    assertEquals(0.04, UsualRates.fineTuning(told), ROUNDING);
    assertEquals(0.004, UsualRates.rounding(told), ROUNDING);
    assertEquals(0.001, UsualRates.rounding(plain), ROUNDING);
  }
}
