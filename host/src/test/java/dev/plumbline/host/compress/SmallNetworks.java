package dev.plumbline.host.compress;

import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Float models of a few layers, pictures for them, and what ONNX Runtime says of those. */
final class SmallNetworks {
  static final PictureShape SHAPE = new PictureShape(1, 8, 8);
  static final NoisePictures PICTURES = new NoisePictures(SHAPE, 16);
  static final int CLASSES = 4;

  private SmallNetworks() {}

  /**
   * As mobile networks are: a convolution, a depthwise and a pointwise one, a matrix product.
   *
   * @param spread by which factor the ranges of channels differ at most
   * @param activation Relu, or another that takes one input
   */
  static OnnxModel mobile(double spread, String activation) {
    Random random = new Random(5);
    GraphBuilder graph = new GraphBuilder("mobile");
    String input = graph.input("input", 1, 8, 8);
    String a = conv(graph, random, "a", input, new long[] {6, 1, 3, 3}, 1, spread);
    String b =
        conv(
            graph,
            random,
            "b",
            graph.node(activation, "a_active", List.of(a), Map.of()),
            new long[] {6, 1, 3, 3},
            6,
            spread);
    String c =
        conv(
            graph,
            random,
            "c",
            graph.node(activation, "b_active", List.of(b), Map.of()),
            new long[] {8, 6, 1, 1},
            1,
            spread);
    String active = graph.node("Relu", "c_active", List.of(c), Map.of());
    String flat =
        graph.node(
            "Flatten",
            "flat",
            List.of(
                graph.node(
                    "MaxPool",
                    "pool",
                    List.of(active),
                    Map.of("kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2}))),
            Map.of());
    graph.initializer("d_w", weights(random, new long[] {CLASSES, 8 * 16}, 0.3, 1));
    graph.initializer("d_b", weights(random, new long[] {CLASSES}, 0.1, 1));
    graph.output(
        graph.node("Gemm", "d", List.of(flat, "d_w", "d_b"), Map.of("transB", 1)), CLASSES);
    return graph.build();
  }

  private static String conv(
      GraphBuilder graph,
      Random random,
      String name,
      String input,
      long[] dims,
      int group,
      double spread) {
    graph.initializer(name + "_w", weights(random, dims, 0.5, spread));
    graph.initializer(name + "_b", weights(random, new long[] {dims[0]}, 0.2, 1));
    long pad = dims[2] / 2;
    return graph.node(
        "Conv",
        name,
        List.of(input, name + "_w", name + "_b"),
        Map.of("group", group, "pads", new long[] {pad, pad, pad, pad}));
  }

  /** Random numbers, those of the first index smaller by up to the spread. */
  private static Tensor weights(Random random, long[] dims, double size, double spread) {
    int count = 1;
    for (long dim : dims) {
      count *= (int) dim;
    }
    int perChannel = count / (int) dims[0];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double smaller = Math.pow(spread, (double) (i / perChannel) / dims[0]);
      values[i] = (float) (random.nextGaussian() * size / smaller);
    }
    return Tensor.ofFloats(dims, values);
  }

  /** All pictures as a model's input. */
  static float[] input() {
    float[] input = new float[PICTURES.size() * SHAPE.bytes()];
    for (int i = 0; i < PICTURES.size(); i++) {
      PICTURES.preprocessing().toInput(PICTURES.picture(i), input, i * SHAPE.bytes());
    }
    return input;
  }

  /** Logits of all pictures in ONNX Runtime, operator by operator as the model says. */
  static float[][] logits(OnnxModel model) {
    try (RuntimeSession session =
        RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.NONE, Optional.empty())) {
      return session.logits(input(), PICTURES.size(), 1, 8, 8);
    }
  }

  /** Mean of the squares of how far two lists of logits are apart. */
  static double apart(float[][] a, float[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int c = 0; c < a[i].length; c++) {
        sum += Math.pow((double) a[i][c] - b[i][c], 2);
      }
    }
    return sum / (a.length * a[0].length);
  }

  static double largest(float[][] logits) {
    double largest = 0;
    for (float[] row : logits) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }
}
