package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.OperatorCase.Body;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What ONNX Runtime is no oracle for: refusals, and forms that it does not run or runs to NaN. */
class SlidingAndNormalizationTest {
  private static final long[] PICTURE = {1, 2, 4, 4};

  private static OnnxModel model(int opset, long[] dims, Body body) {
    return new OperatorCase("operator", opset, "", dims, -1, 1, false, body).model();
  }

  private static String refusal(int opset, Body body) {
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> {
              try (NDManager manager = DeviceArrays.owner();
                  DifferentiableGraph graph =
                      DifferentiableGraph.frozen(
                          model(opset, PICTURE, body), TestDevice.device())) {
                graph.logits(manager.ones(new Shape(PICTURE)));
              }
            });
    return e.getMessage();
  }

  private static void assertRefused(int opset, String why, Body body) {
    String message = refusal(opset, body);
    assertTrue(message.endsWith(why), message);
  }

  private static Body one(String operator, Map<String, Object> attributes) {
    return n -> n.add(operator, List.of("x"), attributes);
  }

  @Test
  void aWindowThatCannotSlideIsRefused() {
    assertRefused(
        17,
        "its kernel has 4 axes, expected 1 to 3",
        one("MaxPool", Map.of("kernel_shape", new long[] {1, 1, 1, 1})));
    assertRefused(
        17,
        "its strides are [0, 1], expected above 0 and at most 16777216",
        one("MaxPool", Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {0, 1})));
    assertRefused(
        17,
        "its pads are [1, 1], expected 4",
        one("LpPool", Map.of("kernel_shape", new long[] {2, 2}, "pads", new long[] {1, 1})));
    assertRefused(17, "it has no kernel_shape", one("AveragePool", Map.of()));
  }

  @Test
  void aDilatedPoolWhosePaddingOnnxAndItsRuntimeSeeDifferentlyIsRefused() {
    assertRefused(
        17,
        "it is dilated with auto_pad SAME_UPPER, expected explicit pads",
        one(
            "MaxPool",
            Map.of(
                "kernel_shape",
                new long[] {2, 2},
                "dilations",
                new long[] {2, 1},
                "auto_pad",
                "SAME_UPPER")));
  }

  @Test
  void theIndicesOfMaximaAreRefusedToWhoeverTakesThem() {
    String message =
        refusal(
            17,
            n -> {
              Map<String, Object> attributes = Map.of("kernel_shape", new long[] {2, 2});
              n.builder().node("", "MaxPool", List.of("x"), List.of("max", "at"), attributes);
              return n.add(
                  "Add", List.of("max", n.add("Cast", List.of("at"), Map.of("to", 1))), Map.of());
            });
    assertTrue(message.endsWith("an output of its node that Plumbline does not make"), message);
  }

  @Test
  void normalisationAndDropoutInTrainingModeAreRefused() {
    for (int opset : new int[] {7, 17}) {
      assertRefused(
          opset,
          "it is in training mode",
          n -> {
            n.builder()
                .node(
                    "",
                    "BatchNormalization",
                    List.of(
                        "x",
                        n.floats("scale", new long[] {2}, 1, 1),
                        n.floats("offset", new long[] {2}, 0, 0),
                        n.floats("mean", new long[] {2}, 0, 0),
                        n.floats("variance", new long[] {2}, 1, 1)),
                    List.of("y", "running_mean", "running_variance"),
                    opset < 14 ? Map.of() : Map.of("training_mode", 1));
            return "y";
          });
    }
    assertRefused(
        13,
        "it is in training mode",
        n -> {
          Tensor yes = Tensor.ofBytes(ElementType.BOOL, new long[0], (byte) 1);
          n.builder().initializer("yes", yes);
          return n.add("Dropout", List.of("x", "", "yes"), Map.of());
        });
  }

  @Test
  void aDilatedWindowWiderThanTheArrayIsRefused() {
    assertRefused(
        17,
        "its window reaches over 6 elements, 2 too many",
        one("MaxPool", Map.of("kernel_shape", new long[] {2, 2}, "dilations", new long[] {5, 1})));
  }

  @Test
  void weightsOfTransposedConvolutionsAndScalesOfNormalisationAreTrained() {
    OnnxModel model =
        model(
            17,
            PICTURE,
            n -> {
              String wide = n.add("ConvTranspose", List.of("x", n.weights(2, 3, 2, 2)), Map.of());
              String scale = n.random("scale", 0.5, 1, 3);
              String offset = n.random("offset", 0.5, 1, 3);
              return n.add("InstanceNormalization", List.of(wide, scale, offset), Map.of());
            });
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      NDArray x = TestDevice.place(manager.arange(32f)).reshape(PICTURE).sin();
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logitsInTraining(x).pow(3).sum());
      }
      assertEquals(3, graph.parameters().size());
      for (Parameter parameter : graph.parameters()) {
        float size = parameter.master().getGradient().abs().sum().getFloat();
        assertTrue(size > 0 && Float.isFinite(size), parameter.name() + " " + size);
      }
    }
  }

  @Test
  void aReflectionWiderThanTheArrayIsRefused() {
    assertRefused(
        17,
        "it reflects 4 elements of axis 3, which has 4",
        n ->
            n.add(
                "Pad",
                List.of("x", n.longs("pads", 0, 0, 0, 0, 0, 0, 0, 4)),
                Map.of("mode", "reflect")));
    assertRefused(
        17,
        "its mode is around, expected constant, reflect, edge or wrap",
        n -> n.add("Pad", List.of("x", n.longs("pads", new long[8])), Map.of("mode", "around")));
  }

  @Test
  void anEvenNumberOfNeighbouringChannelsHasOneMoreAfterThanBefore() {
    // By hand from ONNX's formula: channel c sums channels c to c + 1; ONNX Runtime takes odd
    // sizes.
    Map<String, Object> attributes = Map.of("size", 2, "alpha", 2f, "beta", 1f, "bias", 1f);
    OnnxModel model = model(17, new long[] {1, 3, 1, 1}, one("LRN", attributes));
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray x = TestDevice.place(manager.create(new float[] {1, 2, 3}, new Shape(1, 3, 1, 1)));
      float[] y = graph.logits(x).toFloatArray();
      float[] expected = {1f / (1 + 1 + 4), 2f / (1 + 4 + 9), 3f / (1 + 9)};
      for (int c = 0; c < 3; c++) {
        // Three roundings.
        assertEquals(expected[c], y[c], 1e-6, "channel " + c);
      }
    }
  }

  @Test
  void whatHasNoVarianceIsNormalisedToZeroWithAFiniteGradient() {
    OnnxModel model =
        model(17, PICTURE, one("MeanVarianceNormalization", Map.of("axes", new long[] {2, 3})));
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      NDArray x = manager.ones(new Shape(PICTURE));
      x.setRequiresGradient(true);
      try (GradientTape tape = GradientTape.open()) {
        NDArray y = graph.logits(x);
        tape.backward(y.square().sum());
        assertEquals(0, y.abs().sum().getFloat());
      }
      for (float g : x.getGradient().toFloatArray()) {
        assertEquals(0, g);
      }
    }
  }
}
