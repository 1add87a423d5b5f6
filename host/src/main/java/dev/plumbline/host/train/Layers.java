package dev.plumbline.host.train;

import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Builds a network layer by layer, keeping account of the size of what flows through it. */
final class Layers {
  /**
   * A value in the network.
   *
   * @param name in the graph
   */
  record Flow(String name, int channels, int height, int width) {}

  private final GraphBuilder graph;
  private final Flow input;
  private final int classes;
  private final SplittableRandom random;

  Layers(String name, PictureShape shape, int classes, long randomSeed) {
    this.graph = new GraphBuilder(name);
    this.classes = classes;
    this.random = new SplittableRandom(randomSeed);
    this.input =
        new Flow(
            graph.input("input", shape.channels(), shape.height(), shape.width()),
            shape.channels(),
            shape.height(),
            shape.width());
  }

  Flow input() {
    return input;
  }

  /** Convolution without bias, since a normalisation follows. */
  Flow conv(String name, Flow x, int channels, int kernel, int stride) {
    String weight = name + ".weight";
    graph.initializer(weight, heNormal(channels, x.channels(), kernel, kernel));
    return convolved(name, x, channels, kernel, stride, kernel / 2, List.of(x.name(), weight));
  }

  /** Convolution with a bias. */
  Flow biasedConv(String name, Flow x, int channels, int kernel, int padding) {
    String weight = name + ".weight";
    String bias = name + ".bias";
    graph.initializer(weight, heNormal(channels, x.channels(), kernel, kernel));
    graph.initializer(bias, Tensor.ofFloats(new long[] {channels}, new float[channels]));
    return convolved(name, x, channels, kernel, 1, padding, List.of(x.name(), weight, bias));
  }

  private Flow convolved(
      String name, Flow x, int channels, int kernel, int stride, int padding, List<String> inputs) {
    graph.node(
        "Conv",
        name,
        inputs,
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "strides", new long[] {stride, stride},
            "pads", new long[] {padding, padding, padding, padding}));
    return new Flow(
        name,
        channels,
        (x.height() + 2 * padding - kernel) / stride + 1,
        (x.width() + 2 * padding - kernel) / stride + 1);
  }

  Flow norm(String name, Flow x) {
    long[] dims = {x.channels()};
    float[] ones = new float[x.channels()];
    Arrays.fill(ones, 1);
    graph.initializer(name + ".weight", Tensor.ofFloats(dims, ones));
    graph.initializer(name + ".bias", Tensor.ofFloats(dims, new float[x.channels()]));
    graph.initializer(name + ".running_mean", Tensor.ofFloats(dims, new float[x.channels()]));
    graph.initializer(name + ".running_var", Tensor.ofFloats(dims, ones));
    graph.node(
        "BatchNormalization",
        name,
        List.of(
            x.name(),
            name + ".weight",
            name + ".bias",
            name + ".running_mean",
            name + ".running_var"),
        Map.of("epsilon", 1e-5f));
    return new Flow(name, x.channels(), x.height(), x.width());
  }

  Flow relu(String name, Flow x) {
    graph.node("Relu", name, List.of(x.name()), Map.of());
    return new Flow(name, x.channels(), x.height(), x.width());
  }

  Flow convNormRelu(String name, Flow x, int channels, int kernel, int stride) {
    return relu(name + ".relu", norm(name + ".norm", conv(name, x, channels, kernel, stride)));
  }

  Flow add(String name, Flow a, Flow b) {
    graph.node("Add", name, List.of(a.name(), b.name()), Map.of());
    return new Flow(name, a.channels(), a.height(), a.width());
  }

  Flow concat(String name, Flow a, Flow b) {
    graph.node("Concat", name, List.of(a.name(), b.name()), Map.of("axis", 1));
    return new Flow(name, a.channels() + b.channels(), a.height(), a.width());
  }

  Flow maxPool(String name, Flow x) {
    return pool("MaxPool", name, x);
  }

  Flow averagePool(String name, Flow x) {
    return pool("AveragePool", name, x);
  }

  private Flow pool(String operator, String name, Flow x) {
    graph.node(
        operator,
        name,
        List.of(x.name()),
        Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}));
    return new Flow(name, x.channels(), x.height() / 2, x.width() / 2);
  }

  Flow globalAverage(String name, Flow x) {
    graph.node("GlobalAveragePool", name, List.of(x.name()), Map.of());
    return new Flow(name, x.channels(), 1, 1);
  }

  Flow flatten(String name, Flow x) {
    graph.node("Flatten", name, List.of(x.name()), Map.of("axis", 1));
    return new Flow(name, x.channels() * x.height() * x.width(), 1, 1);
  }

  Flow linear(String name, Flow x, int outputs) {
    graph.initializer(name + ".weight", heNormal(outputs, x.channels()));
    graph.initializer(name + ".bias", Tensor.ofFloats(new long[] {outputs}, new float[outputs]));
    graph.node(
        "Gemm", name, List.of(x.name(), name + ".weight", name + ".bias"), Map.of("transB", 1));
    return new Flow(name, outputs, 1, 1);
  }

  /** The last layer: its output are the logits. */
  void classify(Flow x) {
    Flow flat = flatten("flatten", x);
    linear("logits", flat, classes);
    graph.output("logits", classes);
  }

  OnnxModel build() {
    return graph.build();
  }

  /** Normal values of variance 2 / fan-in. */
  private Tensor heNormal(int... dims) {
    int fanIn = 1;
    for (int i = 1; i < dims.length; i++) {
      fanIn *= dims[i];
    }
    double deviation = Math.sqrt(2.0 / fanIn);
    float[] values = new float[dims[0] * fanIn];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return Tensor.ofFloats(Arrays.stream(dims).asLongStream().toArray(), values);
  }
}
