package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Models of a few numbers on pictures of 3 x 4 x 4, and such pictures. */
public final class TinyModels {
  static final PictureShape SHAPE = new PictureShape(3, 4, 4);
  static final int CLASSES = 4;

  private TinyModels() {}

  /** Convolution, an activation, a matrix product. */
  public static OnnxModel classifier(
      String name, String activation, Layout layout, long randomSeed) {
    Random random = new Random(randomSeed);
    GraphBuilder graph = new GraphBuilder(name);
    String planes;
    if (layout == Layout.NCHW) {
      planes = graph.input("input", 3, 4, 4);
    } else {
      String input = graph.input("input", 4, 4, 3);
      planes =
          graph.node(
              "Transpose", "planes", List.of(input), Map.of("perm", new long[] {0, 3, 1, 2}));
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {5, 3, 3, 3}, gaussian(random, 135, 0.4)));
    graph.initializer("b", Tensor.ofFloats(new long[] {5}, gaussian(random, 5, 0.3)));
    String conv =
        graph.node(
            "Conv", "conv", List.of(planes, "w", "b"), Map.of("pads", new long[] {1, 1, 1, 1}));
    String active = graph.node(activation, "active", List.of(conv), Map.of());
    String flat = graph.node("Flatten", "flat", List.of(active), Map.of());
    graph.initializer(
        "v", Tensor.ofFloats(new long[] {80, CLASSES}, gaussian(random, 80 * CLASSES, 0.25)));
    graph.initializer("c", Tensor.ofFloats(new long[] {CLASSES}, gaussian(random, CLASSES, 0.1)));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "v", "c"), Map.of()), CLASSES);
    return graph.build();
  }

  /** A model with its weights a little off, as compression leaves them. */
  public static OnnxModel compressed(OnnxModel original, double noise, long randomSeed) {
    Random random = new Random(randomSeed);
    Map<String, Tensor> changed = new java.util.HashMap<>();
    for (String name : List.of("b", "c", "v", "w")) {
      Tensor tensor = original.graph().constants().get(name);
      float[] values = tensor.floats().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (noise * random.nextGaussian());
      }
      changed.put(name, Tensor.ofFloats(tensor.dims(), values));
    }
    return original.withConstants(changed);
  }

  private static float[] gaussian(Random random, int count, double spread) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (spread * random.nextGaussian());
    }
    return values;
  }

  public static Dataset pictures(int count, long randomSeed) {
    Random random = new Random(randomSeed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return new UnlabelledPictures(pictures, List.of("a", "b", "c", "d"));
  }
}
