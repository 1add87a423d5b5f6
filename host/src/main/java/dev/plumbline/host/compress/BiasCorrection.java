package dev.plumbline.host.compress;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Empirical bias correction (Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization
 * and Bias Correction", appendix D): rounding weights moves the mean of what a layer puts out; its
 * bias takes the shift back, channel by channel, layer after layer from the input on.
 *
 * @param preprocessing of the pictures
 * @param pictures whose means count
 * @param accelerator runs both models
 */
record BiasCorrection(Preprocessing preprocessing, Dataset pictures, Accelerator accelerator) {

  /**
   * Corrects the biases of a float model for what quantizing makes of it.
   *
   * @param model a float model with normalisation folded
   * @param quantize keeps the names of the values that layers put out
   * @return with a bias at every Conv and Gemm that is quantized; a MatMul has none
   */
  OnnxModel correct(OnnxModel model, UnaryOperator<OnnxModel> quantize, Progress progress) {
    OnnxModel corrected = withOwnBiases(model);
    QuantizationPlan plan = QuantizationPlan.of(corrected);
    List<Node> layers =
        corrected.graph().nodes().stream()
            .filter(node -> !node.is("MatMul") && plan.quantizesWeights(node))
            .toList();
    Set<String> outputs = new HashSet<>();
    layers.forEach(layer -> outputs.add(layer.output()));
    Map<String, double[]> wanted = means(corrected, outputs, "taking means", progress);
    int done = 0;
    for (Node layer : layers) {
      String step = "correcting bias %d of %d".formatted(++done, layers.size());
      Set<String> output = Set.of(layer.output());
      double[] found = means(quantize.apply(corrected), output, step, progress).get(layer.output());
      corrected = moved(corrected, layer, wanted.get(layer.output()), found);
    }
    return corrected;
  }

  private static OnnxModel moved(OnnxModel model, Node layer, double[] wanted, double[] found) {
    String name = layer.inputs().get(2);
    Tensor bias = model.graph().constants().get(name);
    float[] values = bias.floats();
    float beta = layer.is("Gemm") ? layer.floatAttribute("beta", 1) : 1;
    for (int c = 0; c < values.length; c++) {
      values[c] += (float) ((wanted[c] - found[c]) / beta);
    }
    return model.withConstants(Map.of(name, Tensor.ofFloats(bias.dims(), values)));
  }

  /** Every layer with a bias of its own, one number per channel. */
  static OnnxModel withOwnBiases(OnnxModel model) {
    QuantizationPlan plan = QuantizationPlan.of(model);
    GraphRewriting rewriting = new GraphRewriting(model);
    for (Node node : model.graph().nodes()) {
      List<String> inputs = new ArrayList<>(node.inputs());
      if (!node.is("MatMul") && plan.quantizesWeights(node)) {
        WeightedNode layer = WeightedNode.of(model.graph(), node);
        int channels = Math.toIntExact(layer.weight().dims()[layer.axis()]);
        float beta = node.is("Gemm") ? node.floatAttribute("beta", 1) : 1;
        float[] bias = new float[channels];
        for (int c = 0; c < layer.bias().length && beta != 0; c++) {
          bias[c] = layer.bias()[c] / beta;
        }
        String own =
            rewriting.initializer(
                rewriting.freshName(layer.weightName() + "_corrected_bias"),
                Tensor.ofFloats(new long[] {channels}, bias));
        if (inputs.size() < 3) {
          inputs.add(own);
        } else {
          inputs.set(2, own);
        }
      }
      rewriting.copy(node, inputs, Set.of());
    }
    return rewriting.build();
  }

  /** Means per channel of what layers put out, over pictures and pixels. */
  private Map<String, double[]> means(
      OnnxModel model, Set<String> outputs, String step, Progress progress) {
    Map<String, double[]> sums = new HashMap<>();
    Map<String, Long> counts = new HashMap<>();
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, accelerator.torchDevice())) {
      new CapturedRuns(graph, outputs, preprocessing, pictures)
          .each(
              progress,
              step,
              (name, array) -> {
                float[] part = perChannel(array);
                double[] sum = sums.computeIfAbsent(name, n -> new double[part.length]);
                for (int c = 0; c < part.length; c++) {
                  sum[c] += part[c];
                }
                counts.merge(name, array.size() / part.length, Long::sum);
              });
    }
    sums.forEach(
        (name, sum) -> {
          for (int c = 0; c < sum.length; c++) {
            sum[c] /= counts.get(name);
          }
        });
    return sums;
  }

  /** Channels are the second axis of pictures and of rows alike. */
  private static float[] perChannel(NDArray array) {
    int[] others =
        IntStream.range(0, array.getShape().dimension()).filter(axis -> axis != 1).toArray();
    try (NDArray sum = array.sum(others)) {
      return sum.toFloatArray();
    }
  }
}
