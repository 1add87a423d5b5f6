package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  // Rounding of a few double operations.
  private static final double ROUNDING = 1e-12;

  @Test
  void aConstantRateStays() {
    assertEquals(0.3, LearningRate.constant(0.3).at(0));
    assertEquals(0.3, LearningRate.constant(0.3).at(1));
  }

  @Test
  void aCosineFallsToZeroThroughHalf() {
    LearningRate rate = LearningRate.cosine(0.2);
    assertEquals(0.2, rate.at(0), ROUNDING);
    assertEquals(0.1, rate.at(0.5), ROUNDING);
    assertEquals(0, rate.at(1), ROUNDING);
  }

  @Test
  void oneCycleRisesToItsPeakAndFallsToAlmostNothing() {
    LearningRate rate = LearningRate.oneCycle(0.1);
    assertEquals(0.004, rate.at(0), ROUNDING);
    assertEquals(0.052, rate.at(0.15), ROUNDING);
    assertEquals(0.1, rate.at(0.3), ROUNDING);
    assertEquals(0.0500002, rate.at(0.65), ROUNDING);
    assertEquals(4e-7, rate.at(1), ROUNDING);
  }

  @Test
  void aRateThatIsNoNumberIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> LearningRate.cosine(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.oneCycle(-1));
  }

  @Test
  void settingsThatCannotTrainAreRefused() {
    LearningRate rate = LearningRate.constant(0.1);
    assertThrows(BadInputException.class, () -> new TrainingSettings(0, 2, rate, 0, 0, 1));
    assertThrows(BadInputException.class, () -> new TrainingSettings(1, 1, rate, 0, 0, 1));
    assertThrows(BadInputException.class, () -> new TrainingSettings(1, 2, rate, 1, 0, 1));
    assertThrows(BadInputException.class, () -> new TrainingSettings(1, 2, rate, 0, Double.NaN, 1));
  }

  @Test
  void theRateOfATrainingIsCarriedInTheMetadata() {
    OnnxModel model = Architecture.LENET5.build(new PictureShape(1, 28, 28), 10, 1);
    assertEquals(Optional.empty(), TrainingMetadata.rate(model));
    assertEquals(Optional.of(0.15), TrainingMetadata.rate(TrainingMetadata.withRate(model, 0.15)));
    OnnxModel damaged = model.withMetadata(TrainingMetadata.RATE, "fast");
    BadInputException refused =
        assertThrows(BadInputException.class, () -> TrainingMetadata.rate(damaged));
    assertTrue(refused.getMessage().contains("'fast'"), refused.getMessage());
  }
}
