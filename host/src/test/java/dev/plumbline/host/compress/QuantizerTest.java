package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.ActivationRanges.Interval;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantizerTest {
  private static final PictureShape TWO_PIXELS = new PictureShape(1, 1, 2);

  /** Two channels of 1 x 1: 0.5 x + 0.1 and -2 x; then rectified and flattened. */
  private static OnnxModel oneConvolution() {
    GraphBuilder graph = new GraphBuilder("one");
    graph.input("input", 1, 1, 2);
    graph.initializer("w", Tensor.ofFloats(new long[] {2, 1, 1, 1}, 0.5f, -2));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, 0.1f, 0));
    graph.node("Conv", "conv", List.of("input", "w", "b"), Map.of());
    graph.node("Flatten", "logits", List.of("conv"), Map.of());
    graph.output("logits", 4);
    return graph.build();
  }

  private static OnnxModel quantize(OnnxModel model, Dataset pictures, QuantizationSettings how) {
    NoisePictures like = new NoisePictures(pictures.shape(), 1);
    return new Quantizer(Accelerator.CPU)
        .quantize(model, like.preprocessing(), pictures, how, Progress.SILENT);
  }

  private static Tensor constant(OnnxModel model, String name) {
    return model.graph().constant(name).orElseThrow(() -> new AssertionError(name));
  }

  /** Pictures 0,255 and 255,0: every activation's range is known. */
  private static Dataset extremes() {
    return new Dataset() {
      @Override
      public int size() {
        return 2;
      }

      @Override
      public PictureShape shape() {
        return TWO_PIXELS;
      }

      @Override
      public Picture picture(int index) {
        return new Picture(
            TWO_PIXELS, index == 0 ? new byte[] {0, (byte) 255} : new byte[] {(byte) 255, 0});
      }

      @Override
      public int label(int index) {
        return index;
      }

      @Override
      public String name(int index) {
        return "" + index;
      }

      @Override
      public List<String> classNames() {
        return List.of("a", "b");
      }
    };
  }

  @Test
  void oneConvolutionGetsTheNumbersThatAHandComputes() {
    OnnxModel q = quantize(oneConvolution(), extremes(), QuantizationSettings.minMax());
    // 0.5 / 127 and 2 / 127 make both weights extreme.
    assertArrayEquals(new float[] {0.5f / 127, 2f / 127}, constant(q, "w_scale").floats());
    assertArrayEquals(new long[] {127, -127}, constant(q, "w_quantized").longs());
    // The input goes from 0 to 1.
    assertEquals(1f / 255, constant(q, "input_scale").floats()[0]);
    assertEquals(0, constant(q, "input_zero_point").longs()[0]);
    // 0.1 / (1/255 * 0.5/127) = 6477.
    assertArrayEquals(new long[] {6477, 0}, constant(q, "b_quantized").longs());
    assertEquals(ElementType.INT32, constant(q, "b_quantized").type());
    // The output goes from -2 to 0.6: 2 / (2.6 / 255) = 196.15.
    assertEquals((float) (2.6 / 255), constant(q, "conv_scale").floats()[0], 1e-8f);
    assertEquals(196, constant(q, "conv_zero_point").longs()[0]);
  }

  @Test
  void onnxRuntimeGivesWhatAHandComputesFromTheRoundedNumbers() {
    OnnxModel q = quantize(oneConvolution(), extremes(), QuantizationSettings.minMax());
    float[] input = {0.3f, 1};
    double step = 2.6 / 255;
    double[] exact = {
      0.5 * Math.rint(0.3 * 255) / 255 + 0.1, 0.6, -2 * Math.rint(0.3 * 255) / 255, -2
    };
    for (Optimization optimization : Optimization.values()) {
      try (RuntimeSession session =
          RuntimeSession.open(q, RuntimeProvider.cpu(), optimization, Optional.empty())) {
        float[] logits = session.logits(input, 1, 1, 1, 2)[0];
        for (int i = 0; i < exact.length; i++) {
          double expected = Math.rint(exact[i] / step) * step;
          // A few roundings of float32; a wrong integer would be off by 1e-2.
          assertEquals(expected, logits[i], 1e-5, optimization + " logit " + i);
        }
      }
    }
  }

  @Test
  void reducedRangeKeepsWeightsWithinSevenBits() {
    QuantizationSettings how =
        new QuantizationSettings(QuantizationSettings.Calibration.MIN_MAX, 100, true);
    OnnxModel q = quantize(oneConvolution(), extremes(), how);
    assertArrayEquals(new long[] {63, -63}, constant(q, "w_quantized").longs());
    assertArrayEquals(new float[] {0.5f / 63, 2f / 63}, constant(q, "w_scale").floats());
  }

  @Test
  void aQuantizedModelSaysWhatItIsAndWhereItCameFrom() {
    OnnxModel model = oneConvolution().withMetadata("mine", "kept");
    OnnxModel q = quantize(model, extremes(), QuantizationSettings.percentile(99.9));
    assertEquals(
        Optional.of(new Provenance("int8 qdq ptq percentile 99.9", model.sha256())),
        Provenance.read(q));
    assertEquals(Optional.of("kept"), q.metadata("mine"));
    assertEquals(model.opset(""), q.opset(""));
    assertEquals(
        List.of("conv", "logits"),
        q.graph().nodes().stream()
            .filter(n -> !n.operator().endsWith("eLinear"))
            .map(Node::output)
            .toList());
  }

  @Test
  void aChannelOfZerosGetsScaleOne() {
    QuantizedTensors q =
        WeightQuantization.weights(
            Tensor.ofFloats(new long[] {2, 2}, 0, 0, 1, -4), 0, 127, 0.5f, new float[0]);
    assertArrayEquals(new float[] {1, 4f / 127}, q.scale());
  }

  @Test
  void aBiasThatIsHugeBesideItsWeightsStaysWithinInt32() {
    Tensor weight = Tensor.ofFloats(new long[] {1, 1}, 1e-12f);
    QuantizedTensors q = WeightQuantization.weights(weight, 0, 127, 1e-3f, new float[] {5});
    Tensor bias = Tensor.ofFloats(new long[] {1}, 5);
    QuantizedTensors b = WeightQuantization.bias(q, 1e-3f);
    // Half a step of 5 / 2^30 and the rounding of float32.
    assertEquals(5, b.dequantize(b.quantize(bias)).floats()[0], 1e-6);
  }

  @Test
  void quantizingAndBackIsOffByHalfAStepWithinTheRangeAndSaturatesBeyond() {
    QuantizedTensors q = WeightQuantization.activation(new Interval(-1, 3));
    float step = q.scale()[0];
    for (float x : new float[] {-1, -0.5f, 0, 0.01f, 1.234f, 3}) {
      float back = q.dequantize(q.quantize(Tensor.ofFloats(new long[] {1}, x))).floats()[0];
      // The zero point is rounded too, so the ends may move by another half step.
      assertEquals(x, back, x == -1 || x == 3 ? step * 1.001f : step * 0.501f, "of " + x);
    }
    assertEquals(0, q.dequantize(q.quantize(Tensor.ofFloats(new long[] {1}, 0))).floats()[0]);
    assertArrayEquals(
        new long[] {0, 255}, q.quantize(Tensor.ofFloats(new long[] {2}, -50, 50)).longs());
  }

  @Test
  void aRangeThatDoesNotHoldZeroIsWidened() {
    assertEquals(4f / 255, WeightQuantization.activation(new Interval(2, 4)).scale()[0]);
    assertEquals(255, WeightQuantization.activation(new Interval(-4, -2)).zeroPoint()[0]);
    assertEquals(1, WeightQuantization.activation(new Interval(0, 0)).scale()[0]);
  }

  @Test
  void factorsOfAGemmGoIntoItsWeights() {
    GraphBuilder graph = new GraphBuilder("gemm");
    graph.input("input", 1, 1, 2);
    graph.node("Flatten", "flat", List.of("input"), Map.of());
    graph.initializer("w", Tensor.ofFloats(new long[] {2, 3}, 1, 2, 3, -1, 0.5f, 0));
    graph.initializer("b", Tensor.ofFloats(new long[] {3}, 1, 0, -1));
    graph.node("Gemm", "logits", List.of("flat", "w", "b"), Map.of("alpha", 0.5f, "beta", 2f));
    graph.output("logits", 3);
    OnnxModel q = quantize(graph.build(), extremes(), QuantizationSettings.minMax());
    try (RuntimeSession session = RuntimeSession.open(q, RuntimeProvider.cpu())) {
      // 0.5 (1,0) w + 2 b, of which every weight is a whole step or within half a step.
      float[] logits = session.logits(new float[] {1, 0}, 1, 1, 1, 2)[0];
      assertArrayEquals(new float[] {2.5f, 1, -0.5f}, logits, 1.5f / 127);
    }
  }

  @Test
  void aModelThatIsQuantizedAlreadyIsRefused() {
    OnnxModel q = quantize(oneConvolution(), extremes(), QuantizationSettings.minMax());
    Refusal.says(
        () -> quantize(q, extremes(), QuantizationSettings.minMax()),
        "one",
        "quantized already",
        "expected a float model");
    Refusal.says(() -> Pruner.prune(q, 0.5), "quantized already", "pruned");
  }

  @Test
  void aCalibrationWithoutPicturesIsRefused() {
    Refusal.says(
        () ->
            quantize(
                oneConvolution(), new NoisePictures(TWO_PIXELS, 0), QuantizationSettings.minMax()),
        "no pictures",
        "at least 1");
  }

  @Test
  void aModelWithNothingToQuantizeIsRefused() {
    GraphBuilder graph = new GraphBuilder("bare");
    graph.input("input", 1, 1, 2);
    graph.node("Flatten", "logits", List.of("input"), Map.of());
    graph.output("logits", 2);
    OnnxModel model = graph.build();
    Refusal.says(() -> quantize(model, extremes(), QuantizationSettings.minMax()), "bare", "Conv");
  }

  @Test
  void aPercentileOutOfRangeIsRefused() {
    for (double p : new double[] {0, 50, 100.5, Double.NaN}) {
      Refusal.says(() -> QuantizationSettings.percentile(p), "" + p, "expected above 50");
    }
  }

  @Test
  void aPercentileIsThatOfTheSortedNumbersToWithinABin() {
    float[] values = new float[10_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.pow(i / 10_000.0, 2) * 8 - 1;
    }
    Histogram histogram = new Histogram(-1, 7);
    for (int from = 0; from < values.length; from += 1_000) {
      histogram.add(Arrays.copyOfRange(values, from, Math.min(values.length, from + 1_000)));
    }
    for (double share : new double[] {0, 0.0005, 0.25, 0.5, 0.99, 0.9995, 1}) {
      // Of sorted numbers, the one at rank share x (n - 1): as numpy does.
      double expected = Math.pow(share, 2) * 8 - 1;
      // Two bins of 8 / 4096.
      assertEquals(expected, histogram.quantile(share), 2 * 8.0 / 4096, "share " + share);
    }
  }

  @Test
  void aPercentileCutsOutliersOff() {
    float[] values = new float[100_000];
    values[0] = 1_000;
    values[1] = -1_000;
    for (int i = 2; i < values.length; i++) {
      values[i] = i % 2;
    }
    Histogram histogram = new Histogram(-1_000, 1_000);
    histogram.add(values);
    assertTrue(histogram.quantile(0.9999) < 2);
    assertTrue(histogram.quantile(0.0001) > -1);
  }

  @Test
  void numbersThatAreAllTheSameHaveOnePercentile() {
    Histogram histogram = new Histogram(3, 3);
    histogram.add(new float[] {3, 3, 3});
    assertEquals(3, histogram.quantile(0.5));
  }
}
