package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.CLASSES;
import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways to quantize beside the static one; ONNX Runtime is the oracle. */
class QuantizationModesTest {
  private static final OnnxModel ORIGINAL = SmallNetworks.mobile(4, "Relu");

  private static OnnxModel quantized(String mode, WeightScales scales) {
    Quantizer quantizer = new Quantizer(Accelerator.CPU);
    QuantizationSettings settings = QuantizationSettings.minMax().with(scales);
    return mode.equals("dynamic")
        ? quantizer.quantizeDynamically(
            ORIGINAL, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT)
        : quantizer.quantizeWeights(
            ORIGINAL, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT);
  }

  private static float[][] proxy(OnnxModel model) {
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      float[] flat =
          graph
              .logits(
                  TestDevice.place(
                      manager.create(SmallNetworks.input(), new Shape(PICTURES.size(), 1, 8, 8))))
              .toFloatArray();
      float[][] rows = new float[PICTURES.size()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * CLASSES, (i + 1) * CLASSES);
      }
      return rows;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dynamic,PER_CHANNEL",
    "dynamic,PER_TENSOR",
    "weight-only,PER_CHANNEL",
    "weight-only,PER_TENSOR"
  })
  void theProxyGivesTheLogitsOfOnnxRuntimeAndTheyAreNearTheOriginals(
      String mode, WeightScales scales) {
    OnnxModel model = quantized(mode, scales);
    float[][] expected = SmallNetworks.logits(model);
    float[][] found = proxy(model);
    double largest = SmallNetworks.largest(expected);
    for (int i = 0; i < expected.length; i++) {
      // Sums in another order; in dynamic form such a sum may tip a rounding, a step of 1/255.
      assertArrayEquals(
          expected[i], found[i], (float) ((mode.equals("dynamic") ? 0.01 : 1e-5) * largest));
    }
    float[][] originals = SmallNetworks.logits(ORIGINAL);
    // Weights of 8 bits: within a few hundredths of the size of the logits.
    assertTrue(
        Math.sqrt(SmallNetworks.apart(originals, expected))
            < 0.05 * SmallNetworks.largest(originals));
    assertTrue(SmallNetworks.apart(originals, expected) > 0, "nothing was rounded");
  }

  @ParameterizedTest
  @CsvSource({"dynamic,4", "weight-only,4"})
  void everyLayersWeightsAreIntegers(String mode, int layers) {
    OnnxModel model = quantized(mode, WeightScales.PER_CHANNEL);
    long integers =
        model.graph().constants().values().stream()
            .filter(t -> t.type() == ElementType.INT8 || t.type() == ElementType.UINT8)
            .filter(t -> t.dims().length >= 2)
            .count();
    assertEquals(layers, integers);
    Map<String, Long> operators =
        model.graph().nodes().stream()
            .collect(Collectors.groupingBy(n -> n.operator(), Collectors.counting()));
    if (mode.equals("dynamic")) {
      assertEquals(3, operators.get("ConvInteger"));
      assertEquals(1, operators.get("MatMulInteger"));
      assertFalse(operators.containsKey("Conv"));
    } else {
      assertEquals(layers, operators.get("DequantizeLinear"));
      assertFalse(operators.containsKey("QuantizeLinear"));
    }
  }

  @Test
  void aPictureOfADynamicModelHasTheSameLogitsInEveryBatch() {
    OnnxModel model = quantized("dynamic", WeightScales.PER_CHANNEL);
    float[][] together = SmallNetworks.logits(model);
    try (RuntimeSession session =
        RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.NONE, Optional.empty())) {
      int size = SmallNetworks.SHAPE.bytes();
      for (int i = 0; i < PICTURES.size(); i++) {
        float[] one = Arrays.copyOfRange(SmallNetworks.input(), i * size, (i + 1) * size);
        assertArrayEquals(session.logits(one, 1, 1, 8, 8)[0], together[i], "picture " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"dynamic", "weight-only"})
  void whatIsTrainedGoesBackIntoTheIntegers(String mode) {
    OnnxModel model = quantized(mode, WeightScales.PER_CHANNEL);
    OnnxModel trained;
    float[][] inTraining;
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      assertEquals(model.sha256(), graph.export().sha256(), "an export changes what was trained");
      NDArray input =
          TestDevice.place(
              manager.create(SmallNetworks.input(), new Shape(PICTURES.size(), 1, 8, 8)));
      try (GradientTape tape = GradientTape.open()) {
        tape.backward(graph.logitsInTraining(input).square().mean());
      }
      int moved = 0;
      for (Parameter parameter : graph.parameters()) {
        NDArray gradient = parameter.master().getGradient();
        float size = gradient.abs().max().getFloat();
        moved += size > 0 ? 1 : 0;
        // A step of some hundredths of the largest weight.
        float step = 0.05f * parameter.master().abs().max().getFloat() / Math.max(size, 1e-9f);
        parameter.master().subi(gradient.mul(step));
      }
      assertTrue(moved >= 4, moved + " parameters have a gradient");
      trained = graph.export();
      float[] flat = graph.logits(input).toFloatArray();
      inTraining = new float[][] {flat};
    }
    assertEquals(model.proto().getGraph().getNodeList(), trained.proto().getGraph().getNodeList());
    int changed = 0;
    for (Map.Entry<String, Tensor> constant : model.graph().constants().entrySet()) {
      Tensor now = trained.graph().constants().get(constant.getKey());
      boolean weight = constant.getValue().dims().length >= 2;
      boolean differs = !now.buffer().equals(constant.getValue().buffer());
      changed += weight && differs && now.type() != ElementType.FLOAT ? 1 : 0;
    }
    assertEquals(4, changed, "weights that changed");
    float[][] exported = SmallNetworks.logits(trained);
    double largest = SmallNetworks.largest(exported);
    for (int i = 0; i < inTraining[0].length; i++) {
      assertEquals(exported[i / CLASSES][i % CLASSES], inTraining[0][i], 0.01 * largest, "at " + i);
    }
  }
}
