package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every way to quantize, of one network in every opset. ONNX Runtime loads what is written, with
 * its optimisations, and is the oracle of what it computes: as in opset 17.
 */
class OpsetsTest {
  private static final Map<String, UnaryOperator<OnnxModel>> MODES = modes();
  private static final Map<String, float[][]> WANTED = new HashMap<>();

  private static Map<String, UnaryOperator<OnnxModel>> modes() {
    QuantizationSettings channels = QuantizationSettings.minMax();
    QuantizationSettings tensors = channels.with(WeightScales.PER_TENSOR);
    QuantizationSettings prepared =
        channels.with(Preparation.EQUALIZED).with(Preparation.BIAS_CORRECTED);
    Quantizer quantizer = new Quantizer(Accelerator.CPU);
    Map<String, UnaryOperator<OnnxModel>> modes = new LinkedHashMap<>();
    for (QuantizationSettings how : List.of(channels, tensors, prepared)) {
      modes.put(
          "static " + how.text(),
          m -> quantizer.quantize(m, PICTURES.preprocessing(), PICTURES, how, Progress.SILENT));
      modes.put(
          "dynamic " + how.text(),
          m ->
              quantizer.quantizeDynamically(
                  m, PICTURES.preprocessing(), PICTURES, how, Progress.SILENT));
      modes.put(
          "weight-only " + how.text(),
          m ->
              quantizer.quantizeWeights(
                  m, PICTURES.preprocessing(), PICTURES, how, Progress.SILENT));
    }
    UnaryOperator<OnnxModel> statically = modes.get("static " + channels.text());
    modes.put("mixed", m -> CompressedLayers.of(statically.apply(m), m).inFloat(List.of("a", "d")));
    modes.put("pruned", m -> Pruner.prune(m, 0.5));
    modes.put("pruned filters", m -> FilterPruner.prune(m, 0.4, 1, 1, 8, 8).model());
    return modes;
  }

  /** The same function in every opset, with operators that changed. */
  static OnnxModel network(int opset) {
    Random random = new Random(11);
    GraphBuilder graph = new GraphBuilder("opset " + opset);
    String x = graph.input("input", 1, 8, 8);
    String a = clip(graph, opset, "a_active", conv(graph, random, "a", pad(graph, opset, x), 1, 6));
    String b = graph.node("Relu", "b_active", List.of(conv(graph, random, "b", a, 6, 6)), Map.of());
    String dropped = graph.node("Dropout", "dropped", List.of(b), Map.of());
    String pooled = graph.node("GlobalAveragePool", "pooled", List.of(dropped), Map.of());
    String flat = squeeze(graph, opset, pooled);
    graph.initializer("d_w", values(random, 0.5, SmallNetworks.CLASSES, 6));
    graph.initializer("d_b", values(random, 0.1, SmallNetworks.CLASSES));
    graph.output(
        graph.node("Gemm", "d", List.of(flat, "d_w", "d_b"), Map.of("transB", 1)),
        SmallNetworks.CLASSES);
    return graph.build(opset);
  }

  private static String conv(
      GraphBuilder graph, Random random, String name, String x, int in, int out) {
    graph.initializer(name + "_w", values(random, 0.5, out, in, 3, 3));
    graph.initializer(name + "_s", positive(random, out));
    graph.initializer(name + "_o", values(random, 0.3, out));
    graph.initializer(name + "_m", values(random, 0.3, out));
    graph.initializer(name + "_v", positive(random, out));
    String made = graph.node("Conv", name, List.of(x, name + "_w"), Map.of());
    return graph.node(
        "BatchNormalization",
        name + "_n",
        List.of(made, name + "_s", name + "_o", name + "_m", name + "_v"),
        Map.of());
  }

  private static String pad(GraphBuilder graph, int opset, String x) {
    long[] pads = {0, 0, 1, 1, 0, 0, 1, 1};
    return opset < 11
        ? graph.node("Pad", "padded", List.of(x), Map.of("pads", pads))
        : graph.node(
            "Pad",
            "padded",
            List.of(x, graph.initializer("pads", Tensor.ofLongs(new long[] {8}, pads))),
            Map.of());
  }

  private static String clip(GraphBuilder graph, int opset, String name, String x) {
    if (opset < 11) {
      return graph.node("Clip", name, List.of(x), Map.of("min", 0f, "max", 1.5f));
    }
    graph.initializer(name + "_low", Tensor.ofFloats(new long[0], 0));
    graph.initializer(name + "_high", Tensor.ofFloats(new long[0], 1.5f));
    return graph.node("Clip", name, List.of(x, name + "_low", name + "_high"), Map.of());
  }

  private static String squeeze(GraphBuilder graph, int opset, String x) {
    long[] axes = {2, 3};
    return opset < 13
        ? graph.node("Squeeze", "flat", List.of(x), Map.of("axes", axes))
        : graph.node(
            "Squeeze",
            "flat",
            List.of(x, graph.initializer("axes", Tensor.ofLongs(new long[] {2}, axes))),
            Map.of());
  }

  private static Tensor positive(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.5f + random.nextFloat();
    }
    return Tensor.ofFloats(new long[] {count}, values);
  }

  private static Tensor values(Random random, double size, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * size);
    }
    return Tensor.ofFloats(dims, values);
  }

  private static float[][] logits(OnnxModel model) {
    try (RuntimeSession session = RuntimeSession.open(model, RuntimeProvider.cpu())) {
      return session.logits(SmallNetworks.input(), PICTURES.size(), 1, 8, 8);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23})
  void everyModeWritesWhatOnnxRuntimeLoadsAndComputesAsInOpset17(int opset) {
    OnnxModel original = network(opset);
    MODES.forEach(
        (mode, make) -> {
          float[][] wanted = WANTED.computeIfAbsent(mode, m -> logits(make.apply(network(17))));
          float[][] found = logits(make.apply(original));
          double largest = SmallNetworks.largest(wanted);
          assertTrue(largest > 0, mode);
          assertEquals(wanted.length, found.length);
          for (int i = 0; i < wanted.length; i++) {
            for (int c = 0; c < SmallNetworks.CLASSES; c++) {
              // The same numbers by the same kernels; a sum in another order at most.
              assertEquals(wanted[i][c], found[i][c], 1e-5 * largest, mode + ", opset " + opset);
            }
          }
        });
  }
}
