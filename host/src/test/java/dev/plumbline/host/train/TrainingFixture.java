package dev.plumbline.host.train;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small networks, pictures that they learn in seconds, and settings. */
final class TrainingFixture {
  static final PictureShape SHAPE = new PictureShape(1, 8, 8);
  static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0.5f), List.of(0.25f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  private TrainingFixture() {}

  /** Pictures with a bright left (label 0) or right half (label 1), under noise. */
  record Halves(int size, int seed) implements Dataset {
    @Override
    public PictureShape shape() {
      return SHAPE;
    }

    @Override
    public Picture picture(int index) {
      byte[] pixels = new byte[64];
      Random random = new Random(seed * 1000L + index);
      for (int i = 0; i < 64; i++) {
        boolean bright = i % 8 < 4 == (label(index) == 0);
        pixels[i] = (byte) (random.nextInt(100) + (bright ? 100 : 0));
      }
      return new Picture(SHAPE, pixels);
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public String name(int index) {
      return Integer.toString(index);
    }

    @Override
    public List<String> classNames() {
      return List.of("left", "right");
    }
  }

  static OnnxModel network(int classes) {
    LayerBuilder net = new LayerBuilder("tiny", SHAPE, Layout.NCHW, classes, 1);
    LayerBuilder.Maps x = net.conv("conv", net.input(), 4, 3, 2);
    x = net.relu("relu", net.batchNorm("norm", x));
    return net.finish(net.flattened("flatten", x));
  }

  static TrainingSettings settings(int epochs, double rate, long seed) {
    return new TrainingSettings(epochs, 16, LearningRate.constant(rate), 0.9, 5e-4, seed);
  }

  static List<TrainingPart> parts(int size) {
    return List.of(new TrainingPart(new Halves(size, 1), Augmentation.NONE));
  }

  static OnnxModel trained(OnnxModel model, WeightMasks masks, TrainingSettings settings) {
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      new Trainer(graph, PREPROCESSING, masks)
          .train(parts(100), settings, EpochListener.NONE, Progress.SILENT);
      return graph.export();
    }
  }

  static OnnxModel withoutNormalisation(int seed) {
    GraphBuilder graph = new GraphBuilder("plain");
    graph.output(graph.node("Flatten", "logits", List.of(pooled(graph, seed)), Map.of()), 4);
    return graph.build();
  }

  static String pooled(GraphBuilder graph, int seed) {
    Random random = new Random(seed);
    float[] weights = new float[4 * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() / 3;
    }
    graph.initializer("conv.weight", Tensor.ofFloats(new long[] {4, 1, 3, 3}, weights));
    graph.initializer("conv.bias", Tensor.ofFloats(new long[] {4}, new float[4]));
    String x =
        graph.node(
            "Conv",
            "maps",
            List.of(graph.input("input", 1, 8, 8), "conv.weight", "conv.bias"),
            Map.of());
    return graph.node(
        "GlobalAveragePool",
        "pooled",
        List.of(graph.node("Relu", "relu", List.of(x), Map.of())),
        Map.of());
  }
}
