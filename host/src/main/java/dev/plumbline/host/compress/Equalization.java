package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cross-layer equalisation (Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization
 * and Bias Correction", section 4.1): the channels between two layers are scaled so that the
 * largest weight of each is the same before and after it. What lies between has to be positively
 * homogeneous, f(s x) = s f(x) for s above 0, as Relu is; Clip at 6 is not.
 */
public final class Equalization {
  private static final Set<String> HOMOGENEOUS =
      Set.of(
          "Relu",
          "LeakyRelu",
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "Identity",
          "Flatten");

  private static final int SWEEPS = 100;

  /** Chains of layers pull at each other; a sweep that moves no scale by more is the last. */
  private static final double SETTLED = 1e-3;

  private final Graph graph;
  private final Map<String, float[]> values = new HashMap<>();

  private Equalization(Graph graph) {
    this.graph = graph;
  }

  /**
   * The same function with equalised weights.
   *
   * @param folded a float model; normalisation that stands between layers keeps them apart, so fold
   *     it before
   * @return the same model where no two layers follow one another so
   */
  public static OnnxModel of(OnnxModel folded) {
    Graph graph = folded.graph();
    Equalization equalization = new Equalization(graph);
    List<Pair> pairs = equalization.pairs();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (Pair pair : pairs) {
        moved = Math.max(moved, equalization.balance(pair));
      }
      if (moved < SETTLED) {
        break;
      }
    }
    Map<String, Tensor> changed = new HashMap<>();
    equalization.values.forEach(
        (name, floats) ->
            changed.put(name, Tensor.ofFloats(graph.constants().get(name).dims(), floats)));
    return pairs.isEmpty() ? folded : folded.withConstants(changed);
  }

  /** Two layers with nothing but homogeneous functions of single channels between them. */
  private record Pair(
      WeightedNode before, WeightedNode after, int[] beforeDims, int[] afterDims, int groups) {
    static Pair of(WeightedNode before, WeightedNode after) {
      return new Pair(
          before,
          after,
          ints(before.weight()),
          ints(after.weight()),
          Math.toIntExact(after.node().intAttribute("group", 1)));
    }

    private static int[] ints(Tensor tensor) {
      return Arrays.stream(tensor.dims()).mapToInt(Math::toIntExact).toArray();
    }

    int channels() {
      return beforeDims[before.axis()];
    }
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (isOwnLayer(node)) {
        next(node)
            .map(after -> Pair.of(WeightedNode.of(graph, node), WeightedNode.of(graph, after)))
            .filter(pair -> inputChannel(pair, pair.after().weight().size(), 0) >= 0)
            .ifPresent(pairs::add);
      }
    }
    return pairs;
  }

  private Optional<Node> next(Node layer) {
    String value = layer.output();
    while (!graph.isOutput(value) && graph.consumers(value).size() == 1) {
      Node consumer = graph.consumers(value).get(0);
      if (isOwnLayer(consumer)) {
        return Optional.of(consumer);
      }
      if (!consumer.domain().isEmpty()
          || !HOMOGENEOUS.contains(consumer.operator())
          || consumer.is("Flatten") && consumer.intAttribute("axis", 1) != 1) {
        return Optional.empty();
      }
      value = consumer.output();
    }
    return Optional.empty();
  }

  /** Whether weights and bias are constants that nothing else takes. */
  private boolean isOwnLayer(Node node) {
    boolean weighted =
        node.is("Conv")
            || node.is("Gemm") && node.intAttribute("transA", 0) == 0
            || node.is("MatMul");
    return weighted
        && isOwn(node.inputs().get(1))
        && graph.constant(node.inputs().get(0)).isEmpty()
        && graph.constants().get(node.inputs().get(1)).dims().length >= 2
        && (!node.is("MatMul") || graph.constants().get(node.inputs().get(1)).dims().length == 2)
        && node.input(2).map(bias -> isOwn(bias) && isPerChannel(node, bias)).orElse(true);
  }

  private boolean isPerChannel(Node node, String bias) {
    WeightedNode layer = WeightedNode.of(graph, node);
    return graph.constants().get(bias).size() == layer.weight().dims()[layer.axis()];
  }

  private boolean isOwn(String name) {
    return graph.constant(name).filter(t -> t.type() == ElementType.FLOAT).isPresent()
        && graph.consumers(name).size() == 1;
  }

  /** Brings the two layers of a pair to the same ranges; returns by how much, as a logarithm. */
  private double balance(Pair pair) {
    int channels = pair.channels();
    float[] before = weights(pair.before());
    float[] after = weights(pair.after());
    float[] greatestBefore = new float[channels];
    float[] greatestAfter = new float[channels];
    for (int i = 0; i < before.length; i++) {
      int c = outputChannel(pair, before.length, i);
      greatestBefore[c] = Math.max(greatestBefore[c], Math.abs(before[i]));
    }
    for (int i = 0; i < after.length; i++) {
      int c = inputChannel(pair, after.length, i);
      greatestAfter[c] = Math.max(greatestAfter[c], Math.abs(after[i]));
    }
    double moved = 0;
    float[] factors = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = Math.sqrt((double) greatestBefore[c] / greatestAfter[c]);
      // A channel that nothing comes from or goes to has no range to speak of.
      factors[c] = Double.isFinite(factor) && factor > 0 ? (float) factor : 1;
      moved = Math.max(moved, Math.abs(Math.log(factors[c])));
    }
    for (int i = 0; i < before.length; i++) {
      before[i] /= factors[outputChannel(pair, before.length, i)];
    }
    for (int i = 0; i < after.length; i++) {
      after[i] *= factors[inputChannel(pair, after.length, i)];
    }
    pair.before().node().input(2).ifPresent(name -> divide(floats(name), factors));
    return moved;
  }

  private static void divide(float[] bias, float[] factors) {
    for (int c = 0; c < bias.length; c++) {
      bias[c] /= factors[c];
    }
  }

  private float[] weights(WeightedNode layer) {
    return floats(layer.weightName());
  }

  private float[] floats(String name) {
    return values.computeIfAbsent(name, n -> graph.constants().get(n).floats());
  }

  private static int outputChannel(Pair pair, int size, int element) {
    int[] dims = pair.beforeDims();
    return pair.before().axis() == 0 ? element / (size / dims[0]) : element % dims[1];
  }

  /** The channel of the layer before that a weight of the layer after is for; -1 for no such. */
  private static int inputChannel(Pair pair, int size, int element) {
    int[] dims = pair.afterDims();
    int channels = pair.channels();
    if (dims.length > 2) {
      int groups = pair.groups();
      int perOutput = size / dims[0];
      int output = element / perOutput;
      int within = element % perOutput / (perOutput / dims[1]);
      return dims[1] * groups != channels ? -1 : output / (dims[0] / groups) * dims[1] + within;
    }
    int rows = pair.after().axis() == 0 ? dims[1] : dims[0];
    int row = pair.after().axis() == 0 ? element % dims[1] : element / dims[1];
    // After a Flatten every channel has as many inputs as pixels.
    return rows % channels != 0 ? -1 : row / (rows / channels);
  }
}
