package dev.plumbline.host.compress;

import static dev.plumbline.host.compress.SmallNetworks.PICTURES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.compress.QuantizationSettings.Preparation;
import dev.plumbline.host.compress.QuantizationSettings.WeightScales;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Whatever rewrites weights makes the same of a network in every form of its constants. The oracle
 * is the network with initializers; ONNX Runtime gives bit-equal logits of what has equal constants
 * and operators.
 */
class ConstantFormsTest {
  /** With normalisation that is folded, one that cannot be, and a weight that two layers share. */
  private static final OnnxModel NETWORK = network();

  private static OnnxModel network() {
    Random random = new Random(7);
    GraphBuilder graph = new GraphBuilder("forms");
    String x = graph.input("input", 1, 8, 8);
    String a = conv(graph, random, "a", x, 1, 6, true);
    String b =
        conv(graph, random, "b", graph.node("Relu", "ar", List.of(a), Map.of()), 6, 6, false);
    String r = graph.node("Relu", "br", List.of(b), Map.of());
    String shared =
        graph.node("Conv", "s", List.of(r, "b_w"), Map.of("pads", new long[] {1, 1, 1, 1}));
    String sum = graph.node("Add", "sum", List.of(r, shared), Map.of());
    String pool = graph.node("GlobalAveragePool", "pool", List.of(sum), Map.of());
    String flat = graph.node("Flatten", "flat", List.of(pool), Map.of());
    graph.initializer("d_w", values(random, 0, 1, SmallNetworks.CLASSES, 6));
    graph.initializer("d_b", values(random, 0, 1, SmallNetworks.CLASSES));
    graph.output(
        graph.node("Gemm", "d", List.of(flat, "d_w", "d_b"), Map.of("transB", 1)),
        SmallNetworks.CLASSES);
    return graph.build();
  }

  private static String conv(
      GraphBuilder graph, Random random, String name, String x, int in, int out, boolean bias) {
    List<String> inputs =
        new ArrayList<>(
            List.of(x, graph.initializer(name + "_w", values(random, 0, 1, out, in, 3, 3))));
    if (bias) {
      inputs.add(graph.initializer(name + "_b", values(random, 0, 1, out)));
    }
    String made = graph.node("Conv", name, inputs, Map.of("pads", new long[] {1, 1, 1, 1}));
    return graph.node(
        "BatchNormalization",
        name + "_n",
        List.of(
            made,
            graph.initializer(name + "_g", values(random, 1, 0.3, out)),
            graph.initializer(name + "_o", values(random, 0, 1, out)),
            graph.initializer(name + "_m", values(random, 0, 1, out)),
            graph.initializer(name + "_v", values(random, 2, 0.3, out))),
        Map.of());
  }

  private static Tensor values(Random random, double mean, double spread, long... dims) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + spread * (random.nextDouble() - 0.5));
    }
    return Tensor.ofFloats(dims, values);
  }

  private static Map<String, UnaryOperator<OnnxModel>> rewritings() {
    Map<String, UnaryOperator<OnnxModel>> all = new LinkedHashMap<>();
    QuantizationSettings plain = QuantizationSettings.minMax();
    QuantizationSettings prepared =
        plain.with(Preparation.EQUALIZED).with(Preparation.BIAS_CORRECTED);
    Quantizer quantizer = new Quantizer(Accelerator.CPU);
    for (QuantizationSettings settings :
        List.of(plain, plain.with(WeightScales.PER_TENSOR), prepared)) {
      String how = settings.text();
      all.put("static " + how, m -> statically(m, settings));
      all.put(
          "dynamic " + how,
          m ->
              quantizer.quantizeDynamically(
                  m, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT));
      all.put(
          "weight-only " + how,
          m ->
              quantizer.quantizeWeights(
                  m, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT));
    }
    all.put("mixed", m -> CompressedLayers.of(statically(m, plain), m).inFloat(List.of("b", "d")));
    all.put("pruned", m -> Pruner.prune(m, 0.5));
    all.put(
        "pruned mixed", m -> CompressedLayers.of(Pruner.prune(m, 0.5), m).inFloat(List.of("a")));
    all.put("pruned filters", m -> FilterPruner.prune(m, 0.4, 1, 1, 8, 8).model());
    all.put("fine-tuned", ConstantFormsTest::fineTuned);
    all.put("fine-tuned int8", m -> fineTuned(statically(m, plain)));
    return all;
  }

  private static OnnxModel statically(OnnxModel model, QuantizationSettings settings) {
    return new Quantizer(Accelerator.CPU)
        .quantize(model, PICTURES.preprocessing(), PICTURES, settings, Progress.SILENT);
  }

  private static OnnxModel fineTuned(OnnxModel model) {
    TorchEngine.seed(3);
    TrainingSettings settings = new TrainingSettings(1, 8, LearningRate.constant(0.01), 0.9, 0, 3);
    return Pruner.fineTune(
        model,
        model,
        PICTURES.preprocessing(),
        List.of(new TrainingPart(PICTURES, Augmentation.NONE)),
        settings,
        Accelerator.CPU,
        EpochListener.NONE,
        Progress.SILENT);
  }

  @ParameterizedTest
  @EnumSource(value = ConstantForms.class, mode = Mode.EXCLUDE, names = "INITIALIZERS")
  void everyFormOfConstantsIsRewrittenToTheSameNetwork(ConstantForms form) {
    rewritings()
        .forEach(
            (how, rewriting) -> {
              OnnxModel expected = rewriting.apply(NETWORK);
              OnnxModel found = rewriting.apply(form.of(NETWORK));
              assertSame(how, expected, found);
            });
  }

  private static void assertSame(String how, OnnxModel expected, OnnxModel found) {
    List<Node> nodes = expected.graph().nodes();
    assertEquals(nodes.size(), found.graph().nodes().size(), how);
    for (int i = 0; i < nodes.size(); i++) {
      Node a = nodes.get(i);
      Node b = found.graph().nodes().get(i);
      assertEquals(a.toString(), b.toString(), how);
      assertEquals(a.inputs().size(), b.inputs().size(), how + " " + a);
      for (int k = 0; k < a.inputs().size(); k++) {
        var constant = expected.graph().constant(a.inputs().get(k));
        var same = found.graph().constant(b.inputs().get(k));
        assertEquals(constant.isPresent(), same.isPresent(), how + " " + a + " input " + k);
        constant.ifPresent(
            t -> {
              assertArrayEquals(t.dims(), same.get().dims(), how + " " + a);
              assertEquals(t.buffer(), same.get().buffer(), how + " " + a);
            });
      }
    }
    float[][] wanted = SmallNetworks.logits(expected);
    float[][] given = SmallNetworks.logits(found);
    assertTrue(SmallNetworks.largest(wanted) > 0, how);
    for (int i = 0; i < wanted.length; i++) {
      assertArrayEquals(wanted[i], given[i], how + " picture " + i);
    }
  }
}
