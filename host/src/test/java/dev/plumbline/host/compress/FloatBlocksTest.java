package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.Architecture;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs that 8 bits break where everything with an integer kernel is in integers. */
class FloatBlocksTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final NoisePictures PICTURES = new NoisePictures(SHAPE, 16);

  /** Two or three layers of 8 bits have 30 dB and more; a variance of 8 bits has no 20 dB. */
  private static final double SIGNAL_TO_NOISE = 25;

  private static Tensor random(int seed, float scale, long... dims) {
    Random random = new Random(seed);
    int size = 1;
    for (long dim : dims) {
      size *= Math.toIntExact(dim);
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = scale * (float) random.nextGaussian();
    }
    return Tensor.ofFloats(dims, values);
  }

  private static Tensor number(float value) {
    return Tensor.ofFloats(new long[0], value);
  }

  private static OnnxModel quantized(OnnxModel model) {
    return new Quantizer(Accelerator.CPU)
        .quantize(
            model,
            PICTURES.preprocessing(),
            PICTURES,
            QuantizationSettings.minMax(),
            Progress.SILENT);
  }

  private static float[][] outputs(OnnxModel model) {
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      float[][] rows = new float[PICTURES.size()][];
      for (int i = 0; i < rows.length; i++) {
        byte[] pixels = PICTURES.picture(i).pixels();
        float[] input = new float[pixels.length];
        for (int p = 0; p < input.length; p++) {
          input[p] = (pixels[p] & 255) / 255f;
        }
        rows[i] = session.logits(input, 1, 1, 4, 4)[0];
      }
      return rows;
    }
  }

  private static double decibels(float[][] exact, float[][] found) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < exact.length; i++) {
      assertEquals(exact[i].length, found[i].length);
      for (int k = 0; k < exact[i].length; k++) {
        signal += (double) exact[i][k] * exact[i][k];
        noise += ((double) exact[i][k] - found[i][k]) * ((double) exact[i][k] - found[i][k]);
      }
    }
    return 10 * Math.log10(signal / noise);
  }

  /** The operators that take a value out of a DequantizeLinear. */
  private static Set<String> onIntegers(OnnxModel model) {
    return model.graph().nodes().stream()
        .filter(n -> !n.quantizes())
        .filter(
            n ->
                n.inputs().stream()
                    .anyMatch(i -> model.graph().producer(i).filter(Node::dequantizes).isPresent()))
        .map(Node::operator)
        .collect(Collectors.toSet());
  }

  /** A layer, a normalisation over its outputs and GELU by Tanh, as exporters write them out. */
  private static OnnxModel normalised() {
    GraphBuilder graph = new GraphBuilder("normalised");
    graph.input("input", 1, 4, 4);
    graph.initializer("rows", Tensor.ofLongs(new long[] {2}, -1, 16));
    graph.initializer("w1", random(1, 1, 16, 32));
    graph.initializer("b1", random(2, 3, 32));
    graph.initializer("epsilon", number(1e-5f));
    graph.initializer("gamma", random(3, 1, 32));
    graph.initializer("beta", random(4, 1, 32));
    graph.initializer("cubic", number(0.044715f));
    graph.initializer("slope", number(0.7978846f));
    graph.initializer("one", number(1));
    graph.initializer("half", number(0.5f));
    graph.initializer("w2", random(5, 1, 32, 10));
    graph.initializer("b2", random(6, 1, 10));
    graph.node("Reshape", "flat", List.of("input", "rows"), Map.of());
    graph.node("MatMul", "product", List.of("flat", "w1"), Map.of());
    graph.node("Add", "x", List.of("product", "b1"), Map.of());
    graph.node("ReduceMean", "mean", List.of("x"), Map.of("axes", new long[] {-1}));
    graph.node("Sub", "centred", List.of("x", "mean"), Map.of());
    graph.node("Mul", "squares", List.of("centred", "centred"), Map.of());
    graph.node("ReduceMean", "variance", List.of("squares"), Map.of("axes", new long[] {-1}));
    graph.node("Add", "positive", List.of("variance", "epsilon"), Map.of());
    graph.node("Sqrt", "deviation", List.of("positive"), Map.of());
    graph.node("Div", "normal", List.of("centred", "deviation"), Map.of());
    graph.node("Mul", "scaled", List.of("normal", "gamma"), Map.of());
    graph.node("Add", "y", List.of("scaled", "beta"), Map.of());
    graph.node("Mul", "y2", List.of("y", "y"), Map.of());
    graph.node("Mul", "y3", List.of("y2", "y"), Map.of());
    graph.node("Mul", "bend", List.of("y3", "cubic"), Map.of());
    graph.node("Add", "bent", List.of("y", "bend"), Map.of());
    graph.node("Mul", "steep", List.of("bent", "slope"), Map.of());
    graph.node("Tanh", "tanh", List.of("steep"), Map.of());
    graph.node("Add", "gate", List.of("tanh", "one"), Map.of());
    graph.node("Mul", "halved", List.of("gate", "half"), Map.of());
    graph.node("Mul", "gelu", List.of("y", "halved"), Map.of());
    graph.node("MatMul", "scores", List.of("gelu", "w2"), Map.of());
    graph.node("Add", "biased", List.of("scores", "b2"), Map.of());
    graph.node("Softmax", "output", List.of("biased"), Map.of("axis", 1L));
    graph.output("output", 10);
    return graph.build();
  }

  @Test
  void aNormalisationAndAnActivationThatAreWrittenOutStayInFloat() {
    OnnxModel model = normalised();
    OnnxModel q = quantized(model);
    assertEquals(Set.of("Reshape", "MatMul"), onIntegers(q));
    double found = decibels(outputs(model), outputs(q));
    assertTrue(found > SIGNAL_TO_NOISE, found + " dB");
  }

  @Test
  void whatStaysInFloatIsCountedWithItsReason() {
    assertEquals(
        List.of(
            "1 Add: the head behind its last weights",
            "5 Add, 8 Mul: parts of activations, gates, scalings and normalisations"),
        KeptFloat.of(normalised(), QuantizationMode.STATIC).stream().map(KeptFloat::text).toList());
    assertEquals(List.of(), KeptFloat.of(normalised(), QuantizationMode.WEIGHT_ONLY));
  }

  /**
   * Sixteen places, each with two sides out of a distribution over 16 distances in pixels, as
   * YOLOv8 has them, and the probabilities of two classes.
   */
  private static OnnxModel detector() {
    GraphBuilder graph = new GraphBuilder("detector");
    graph.input("input", 1, 4, 4);
    float[] distances = new float[16];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = i;
    }
    graph.initializer("w1", random(1, 1, 8, 1, 1, 1));
    graph.initializer("b1", random(2, 1, 8));
    graph.initializer("w_boxes", random(3, 1, 32, 8, 1, 1));
    graph.initializer("w_scores", random(4, 0.2f, 2, 8, 1, 1));
    graph.initializer("b_scores", Tensor.ofFloats(new long[] {2}, -5, -6));
    graph.initializer("distances", Tensor.ofFloats(new long[] {1, 16, 1, 1}, distances));
    graph.initializer("stride", number(32));
    graph.initializer("sides", Tensor.ofLongs(new long[] {4}, -1, 2, 16, 16));
    graph.initializer("pixels", Tensor.ofLongs(new long[] {3}, -1, 2, 16));
    graph.initializer("places", Tensor.ofLongs(new long[] {3}, -1, 2, 16));
    graph.node("Conv", "conv", List.of("input", "w1", "b1"), Map.of());
    graph.node("Relu", "features", List.of("conv"), Map.of());
    graph.node("Conv", "boxes", List.of("features", "w_boxes"), Map.of());
    graph.node("Conv", "scores", List.of("features", "w_scores", "b_scores"), Map.of());
    graph.node("Reshape", "by_side", List.of("boxes", "sides"), Map.of());
    graph.node("Transpose", "by_bin", List.of("by_side"), Map.of("perm", new long[] {0, 2, 1, 3}));
    graph.node("Softmax", "distribution", List.of("by_bin"), Map.of("axis", 1L));
    graph.node("Conv", "average", List.of("distribution", "distances"), Map.of());
    graph.node("Reshape", "side", List.of("average", "pixels"), Map.of());
    graph.node("Mul", "in_pixels", List.of("side", "stride"), Map.of());
    graph.node("Reshape", "flat_scores", List.of("scores", "places"), Map.of());
    graph.node("Sigmoid", "probabilities", List.of("flat_scores"), Map.of());
    graph.node("Concat", "both", List.of("in_pixels", "probabilities"), Map.of("axis", 1L));
    graph.node("Flatten", "output", List.of("both"), Map.of());
    graph.output("output", 64);
    return graph.build();
  }

  @Test
  void boxesInPixelsAndProbabilitiesBesideThemAreNotRounded() {
    OnnxModel model = detector();
    OnnxModel q = quantized(model);
    float[][] exact = outputs(model);
    float[][] found = outputs(q);
    double largest = 0;
    for (int i = 0; i < exact.length; i++) {
      for (int k = 32; k < 64; k++) {
        largest = Math.max(largest, Math.abs(exact[i][k] - found[i][k]));
      }
    }
    // One scale with boxes up to 480 would have steps of 1.9; these scores are below 0.1.
    assertTrue(largest < 2e-3, "a probability is off by " + largest);
    double boxes = decibels(exact, found);
    assertTrue(boxes > SIGNAL_TO_NOISE, boxes + " dB");
  }

  @Test
  void theDistancesOfADistributionKeepTheirFloats() {
    OnnxModel q = quantized(detector());
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        q.graph().constant("distances").orElseThrow().floats());
    assertEquals(
        List.of(
            "1 Conv: averages over a Softmax", "1 Concat, 1 Mul: the head behind its last weights"),
        KeptFloat.of(detector(), QuantizationMode.STATIC).stream().map(KeptFloat::text).toList());
    assertEquals(
        List.of("1 Conv: averages over a Softmax"),
        KeptFloat.of(detector(), QuantizationMode.DYNAMIC).stream().map(KeptFloat::text).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"LENET5", "RESNET8", "RESNET20"})
  void aClassifierOfConvolutionsAndShortcutsKeepsNothingInFloat(Architecture architecture) {
    OnnxModel model = architecture.build(new PictureShape(1, 16, 16), 10, 1);
    assertEquals(List.of(), KeptFloat.of(model, QuantizationMode.STATIC));
  }
}
