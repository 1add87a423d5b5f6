package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Builds a network layer by layer, knowing the size of what flows, and draws its weights: normal
 * with variance 2 / fan-in (He et al., "Delving Deep into Rectifiers", 2015), 1 / fan-in in the
 * last layer, which no rectifier follows.
 */
final class LayerBuilder {
  /** A value of the network, without its batch axis. */
  record Maps(String name, int channels, int height, int width) {
    int smallerSide() {
      return Math.min(height, width);
    }
  }

  private static final float EPSILON = 1e-5f;

  private final GraphBuilder graph;
  private final int classes;
  private final Random random;
  private final Maps input;

  /**
   * @param layout of the input; the layers work on NCHW
   */
  LayerBuilder(String name, PictureShape shape, Layout layout, int classes, long randomSeed) {
    this.graph = new GraphBuilder(name);
    this.classes = classes;
    this.random = new Random(randomSeed);
    String in =
        switch (layout) {
          case NCHW -> graph.input("input", shape.channels(), shape.height(), shape.width());
          case NHWC ->
              graph.node(
                  "Transpose",
                  "input.nchw",
                  List.of(graph.input("input", shape.height(), shape.width(), shape.channels())),
                  Map.of("perm", new long[] {0, 3, 1, 2}));
          case TENSOR ->
              throw new BadInputException(
                  "--layout tensor is given for a network of pictures, expected nchw or nhwc");
        };
    this.input = new Maps(in, shape.channels(), shape.height(), shape.width());
  }

  Maps input() {
    return input;
  }

  /** Convolution without a bias, padded so that stride 1 keeps the size. */
  Maps conv(String name, Maps x, int channels, int kernel, int stride) {
    return conv(name, x, channels, kernel, stride, kernel / 2, List.of());
  }

  /** Convolution with a bias of zeros, of stride 1. */
  Maps biasedConv(String name, Maps x, int channels, int kernel, int padding) {
    return conv(
        name, x, channels, kernel, 1, padding, List.of(constant(name + ".bias", channels, 0f)));
  }

  private Maps conv(
      String name, Maps x, int channels, int kernel, int stride, int padding, List<String> bias) {
    long[] dims = {channels, x.channels(), kernel, kernel};
    String weight = weight(name + ".weight", 2, dims);
    List<String> inputs = new ArrayList<>(List.of(x.name(), weight));
    inputs.addAll(bias);
    graph.node(
        "Conv",
        name,
        inputs,
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "strides", new long[] {stride, stride},
            "pads", new long[] {padding, padding, padding, padding}));
    return new Maps(
        name,
        channels,
        (x.height() + 2 * padding - kernel) / stride + 1,
        (x.width() + 2 * padding - kernel) / stride + 1);
  }

  Maps batchNorm(String name, Maps x) {
    int c = x.channels();
    graph.node(
        "BatchNormalization",
        name,
        List.of(
            x.name(),
            constant(name + ".scale", c, 1f),
            constant(name + ".offset", c, 0f),
            constant(name + ".mean", c, 0f),
            constant(name + ".variance", c, 1f)),
        Map.of("epsilon", EPSILON));
    return renamed(name, x);
  }

  Maps relu(String name, Maps x) {
    return renamed(graph.node("Relu", name, List.of(x.name()), Map.of()), x);
  }

  Maps add(String name, Maps a, Maps b) {
    return renamed(graph.node("Add", name, List.of(a.name(), b.name()), Map.of()), a);
  }

  Maps concat(String name, Maps a, Maps b) {
    graph.node("Concat", name, List.of(a.name(), b.name()), Map.of("axis", 1));
    return new Maps(name, a.channels() + b.channels(), a.height(), a.width());
  }

  /** Halves both sides; {@code operator} is MaxPool or AveragePool. */
  Maps pool(String operator, String name, Maps x) {
    graph.node(
        operator,
        name,
        List.of(x.name()),
        Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}));
    return new Maps(name, x.channels(), x.height() / 2, x.width() / 2);
  }

  /** Every channel's mean, as a vector. */
  Maps averaged(Maps x) {
    graph.node("GlobalAveragePool", "head.pool", List.of(x.name()), Map.of());
    return flattened("head.flatten", new Maps("head.pool", x.channels(), 1, 1));
  }

  /** All values as a vector. */
  Maps flattened(String name, Maps x) {
    graph.node("Flatten", name, List.of(x.name()), Map.of("axis", 1));
    return new Maps(name, x.channels() * x.height() * x.width(), 1, 1);
  }

  Maps dense(String name, Maps x, int outputs) {
    return dense(name, x, outputs, 2);
  }

  private Maps dense(String name, Maps x, int outputs, double gain) {
    String prefix = name.equals("logits") ? "head" : name;
    String weight = weight(prefix + ".weight", gain, outputs, x.channels());
    String bias = constant(prefix + ".bias", outputs, 0f);
    graph.node("Gemm", name, List.of(x.name(), weight, bias), Map.of("transB", 1));
    return new Maps(name, outputs, 1, 1);
  }

  /** The model that ends with one more layer, from a vector to the logits. */
  OnnxModel finish(Maps x) {
    graph.output(dense("logits", x, classes, 1).name(), classes);
    return graph.build();
  }

  private static Maps renamed(String name, Maps x) {
    return new Maps(name, x.channels(), x.height(), x.width());
  }

  private String weight(String name, double gain, long... dims) {
    long size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    double std = Math.sqrt(gain * dims[0] / size);
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * std);
    }
    return graph.initializer(name, Tensor.ofFloats(dims, values));
  }

  private String constant(String name, int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return graph.initializer(name, Tensor.ofFloats(new long[] {size}, values));
  }
}
