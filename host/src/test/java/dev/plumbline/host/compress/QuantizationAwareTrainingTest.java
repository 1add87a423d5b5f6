package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Calibration;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantizationAwareTrainingTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  private static final NoisePictures DATA = new NoisePictures(SHAPE, 64);

  private static OnnxModel train(
      OnnxModel model, double rate, int epochs, boolean reduced, List<Double> losses) {
    return new QuantizationAwareTraining(Accelerator.CPU)
        .train(
            model,
            DATA.preprocessing(),
            DATA,
            new QuantizationSettings(Calibration.MIN_MAX, 100, reduced),
            List.of(new TrainingPart(DATA, Augmentation.NONE)),
            new TrainingSettings(epochs, 16, LearningRate.constant(rate), 0.9, 0, 1),
            (epoch, loss) -> losses.add(loss),
            Progress.SILENT);
  }

  @Test
  void theLossFallsAndOnnxRuntimeSeesWhatWasLearnt() {
    OnnxModel model = Architecture.LENET5.build(SHAPE, 2, 1);
    List<Double> losses = new ArrayList<>();
    OnnxModel trained = train(model, 0.01, 8, false, losses);
    assertTrue(losses.get(7) < losses.get(0) / 2, losses::toString);
    assertEquals(
        new Provenance("int8 qdq qat min-max", model.sha256()),
        Provenance.read(trained).orElseThrow());
    int right = 0;
    try (RuntimeSession session = RuntimeSession.open(trained, RuntimeProvider.cpu())) {
      for (int i = 0; i < DATA.size(); i++) {
        float[] input = new float[SHAPE.bytes()];
        DATA.preprocessing().toInput(DATA.picture(i), input, 0);
        float[] logits = session.logits(input, 1, 1, 16, 16)[0];
        right += (logits[1] > logits[0] ? 1 : 0) == DATA.label(i) ? 1 : 0;
      }
    }
    // Dark and bright are told apart by any model that learnt at all.
    assertTrue(right > 60, right + " of 64");
  }

  @Test
  void withoutLearningItIsTheQuantizersModel() {
    OnnxModel model = Architecture.RESNET8.build(SHAPE, 2, 1);
    OnnxModel trained = train(model, 0, 1, false, new ArrayList<>());
    OnnxModel quantized =
        new Quantizer(Accelerator.CPU)
            .quantize(
                model, DATA.preprocessing(), DATA, QuantizationSettings.minMax(), Progress.SILENT);
    quantized
        .graph()
        .constants()
        .forEach(
            (name, tensor) ->
                assertArrayEquals(
                    tensor.floats(), trained.graph().constants().get(name).floats(), name));
    assertEquals(
        quantized.graph().nodes().stream().map(Node::toString).toList(),
        trained.graph().nodes().stream().map(Node::toString).toList());
  }

  @Test
  void aReducedRangeHoldsAfterTraining() {
    OnnxModel trained =
        train(Architecture.LENET5.build(SHAPE, 2, 1), 0.05, 2, true, new ArrayList<>());
    long weights = 0;
    for (var tensor : trained.graph().constants().values()) {
      if (tensor.type() == ElementType.INT8) {
        for (long q : tensor.longs()) {
          assertTrue(Math.abs(q) <= 63, () -> "a weight of " + q);
          weights++;
        }
      }
    }
    assertFalse(weights == 0);
  }
}
