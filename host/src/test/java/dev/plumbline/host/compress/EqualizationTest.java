package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a float model becomes before it is rounded; ONNX Runtime is the oracle. */
class EqualizationTest {
  private static float[] greatest(OnnxModel model, String weight, int channels, boolean outputs) {
    float[] values = model.graph().constants().get(weight).floats();
    int perOutput = values.length / (int) model.graph().constants().get(weight).dims()[0];
    float[] greatest = new float[channels];
    for (int i = 0; i < values.length; i++) {
      int c = outputs ? i / perOutput : i % perOutput * channels / perOutput;
      greatest[c] = Math.max(greatest[c], Math.abs(values[i]));
    }
    return greatest;
  }

  @Test
  void anEqualisedModelIsTheSameFunction() {
    OnnxModel model = SmallNetworks.mobile(30, "Relu");
    OnnxModel equalized = Equalization.of(model);
    float[][] expected = SmallNetworks.logits(model);
    float[][] found = SmallNetworks.logits(equalized);
    // A factor per weight rounds once more, 6e-8 of it, and layers add up.
    double tolerance = 1e-5 * SmallNetworks.largest(expected);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], found[i], (float) tolerance, "picture " + i);
    }
  }

  @Test
  void aChannelHasTheSameRangeBeforeAndAfterTheActivation() {
    OnnxModel equalized = Equalization.of(SmallNetworks.mobile(30, "Relu"));
    // Depthwise: channel i of b is made of channel i of a alone.
    float[] a = greatest(equalized, "a_w", 6, true);
    float[] b = greatest(equalized, "b_w", 6, true);
    float[] c = greatest(equalized, "c_w", 6, false);
    float[] c8 = greatest(equalized, "c_w", 8, true);
    // Through pool and Flatten: 16 inputs of the product for each channel.
    float[] d = greatest(equalized, "d_w", 8, false);
    for (int i = 0; i < 6; i++) {
      // The last sweep moved no scale by more than 1e-3.
      assertEquals(1, a[i] / b[i], 5e-3, "channel " + i);
      assertEquals(1, b[i] / c[i], 5e-3, "channel " + i);
    }
    for (int i = 0; i < 8; i++) {
      assertEquals(1, c8[i] / d[i], 5e-3, "channel " + i);
    }
  }

  @Test
  void whatIsNotHomogeneousStaysAsItIs() {
    OnnxModel model = SmallNetworks.mobile(30, "Sigmoid");
    OnnxModel equalized = Equalization.of(model);
    for (String weight : List.of("a_w", "b_w")) {
      assertArrayEquals(
          model.graph().constants().get(weight).floats(),
          equalized.graph().constants().get(weight).floats());
    }
    OnnxModel alone = Equalization.of(equalized);
    assertEquals(equalized.graph().constants().size(), alone.graph().constants().size());
  }

  @Test
  void aModelOfOneLayerIsLeftAlone() {
    var graph = new dev.plumbline.host.onnx.GraphBuilder("one");
    String flat = graph.node("Flatten", "flat", List.of(graph.input("x", 1, 1, 2)), Map.of());
    graph.initializer("w", dev.plumbline.host.onnx.Tensor.ofFloats(new long[] {2, 2}, 1, 2, 3, 4));
    graph.output(graph.node("MatMul", "y", List.of(flat, "w"), Map.of()), 2);
    OnnxModel model = graph.build();
    assertSame(model, Equalization.of(model));
  }

  private static OnnxModel quantized(OnnxModel model, QuantizationSettings settings) {
    return new Quantizer(Accelerator.CPU)
        .quantize(model, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT);
  }

  @Test
  void withOneScalePerLayerAnEqualisedModelIsNearerToTheOriginal() {
    OnnxModel model = SmallNetworks.mobile(100, "Relu");
    QuantizationSettings settings = QuantizationSettings.minMax().with(WeightScales.PER_TENSOR);
    float[][] expected = SmallNetworks.logits(model);
    double plain = SmallNetworks.apart(expected, SmallNetworks.logits(quantized(model, settings)));
    double equalized =
        SmallNetworks.apart(
            expected, SmallNetworks.logits(quantized(model, settings.with(Preparation.EQUALIZED))));
    // Channels a hundred times smaller than the largest have one step or none without.
    assertTrue(equalized < plain / 2, equalized + " after, " + plain + " before");
  }

  private static double[] means(OnnxModel model, String value, int channels) {
    try (RuntimeValues values = RuntimeValues.open(model, List.of(value))) {
      float[] all = values.run(SmallNetworks.input(), PICTURES.size(), 1, 8, 8).get(value);
      double[] means = new double[channels];
      int pixels = all.length / PICTURES.size() / channels;
      for (int i = 0; i < all.length; i++) {
        means[i / pixels % channels] += (double) all[i] / pixels / PICTURES.size();
      }
      return means;
    }
  }

  @Test
  void aCorrectedModelHasTheMeansOfTheOriginal() {
    OnnxModel model = SmallNetworks.mobile(100, "Relu");
    QuantizationSettings settings = QuantizationSettings.minMax().with(WeightScales.PER_TENSOR);
    OnnxModel plain = quantized(model, settings);
    OnnxModel corrected = quantized(model, settings.with(Preparation.BIAS_CORRECTED));
    for (Map.Entry<String, Integer> layer : Map.of("a", 6, "b", 6, "c", 8, "d", 4).entrySet()) {
      double[] wanted = means(model, layer.getKey(), layer.getValue());
      double before = distance(wanted, means(plain, layer.getKey(), layer.getValue()));
      double after = distance(wanted, means(corrected, layer.getKey(), layer.getValue()));
      // What is left is the rounding of the bias and of the layers before.
      assertTrue(after < before / 4, layer + ": " + before + " before, " + after + " after");
    }
  }

  private static double distance(double[] a, double[] b) {
    List<Double> squares = new ArrayList<>();
    for (int i = 0; i < a.length; i++) {
      squares.add((a[i] - b[i]) * (a[i] - b[i]));
    }
    return Math.sqrt(squares.stream().mapToDouble(Double::doubleValue).sum());
  }
}
