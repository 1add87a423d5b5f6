package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  @ParameterizedTest
  @EnumSource(Architecture.class)
  void everyArchitectureGivesTheLogitsThatOnnxRuntimeGives(Architecture architecture) {
    agree(architecture, new PictureShape(1, 28, 28), 10);
    agree(architecture, new PictureShape(3, 32, 32), 7);
  }

  private static void agree(Architecture architecture, PictureShape shape, int classes) {
    OnnxModel model = architecture.build(shape, classes, 5);
    assertEquals("input", model.graph().input().name());
    assertEquals("logits", model.graph().output().name());
    float[] input = new float[2 * shape.bytes()];
    Random random = new Random(3);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    long[] dims = {2, shape.channels(), shape.height(), shape.width()};
    float[][] expected;
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      expected = session.logits(input, dims);
    }
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device());
        NDManager manager = DeviceArrays.owner()) {
      NDArray logits = graph.logits(TestDevice.place(manager.create(input, new Shape(dims))));
      assertEquals(new Shape(2, classes), logits.getShape());
      float[] found = logits.toFloatArray();
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < found.length; i++) {
        float wanted = expected[i / classes][i % classes];
        assertTrue(Float.isFinite(wanted) && Float.isFinite(found[i]), "logit " + i);
        largest = Math.max(largest, Math.abs(wanted));
        worst = Math.max(worst, Math.abs(wanted - found[i]));
      }
      assertTrue(largest > 1e-3, "logits of nothing: " + largest);
      // Sums of float32 in another order, over up to 121 layers.
      assertTrue(worst <= 1e-4 * largest, architecture + ": " + worst + " of " + largest);
    }
  }

  @Test
  void theRandomSeedDecidesTheWeights() {
    PictureShape shape = new PictureShape(1, 28, 28);
    String first = Architecture.RESNET8.build(shape, 10, 1).sha256();
    assertEquals(first, Architecture.RESNET8.build(shape, 10, 1).sha256());
    assertTrue(!first.equals(Architecture.RESNET8.build(shape, 10, 2).sha256()));
  }

  @Test
  void weightsHaveTheSpreadOfHe() {
    OnnxModel model = Architecture.RESNET18.build(new PictureShape(3, 32, 32), 10, 1);
    float[] weights = model.graph().constants().get("stage4.block2.conv2.weight").floats();
    double squares = 0;
    for (float w : weights) {
      squares += (double) w * w;
    }
    double expected = 2.0 / (512 * 9);
    // 2.4 million draws: the sample variance is within 1 % by 10 standard errors.
    assertEquals(expected, squares / weights.length, expected * 0.01);
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThereAre() {
    assertEquals(Architecture.RESNET8, Architecture.parse("resnet8"));
    BadInputException refused =
        assertThrows(BadInputException.class, () -> Architecture.parse("resnet9"));
    assertTrue(refused.getMessage().contains("'resnet9'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("densenet121"), refused.getMessage());
  }
}
