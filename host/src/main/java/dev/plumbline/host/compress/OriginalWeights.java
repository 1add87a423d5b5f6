package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The original's weights for the layers of a compressed model. A layer of the same name stands for
 * a layer; where there is none, that with the nearest weights of the same size.
 */
final class OriginalWeights {
  /** Weights further away than this share of their length are others; 8 bits are within 0.02. */
  private static final double FARTHEST = 0.3;

  private final Graph graph;
  private final Map<String, Node> byName = new HashMap<>();

  private OriginalWeights(Graph graph) {
    this.graph = graph;
    LayerNames.of(graph).forEach((node, name) -> byName.put(name, node));
  }

  static OriginalWeights of(OnnxModel original, OnnxModel compressed) {
    OnnxModel folded = BatchNormFolding.fold(original);
    String equalized = QuantizationSettings.Preparation.EQUALIZED.name().toLowerCase(Locale.ROOT);
    boolean scaled =
        Provenance.read(compressed).filter(p -> p.compression().contains(equalized)).isPresent();
    return new OriginalWeights((scaled ? Equalization.of(folded) : folded).graph());
  }

  /**
   * The original's layer.
   *
   * @param name of the compressed model's
   * @param weight floats of the compressed model's
   */
  Optional<Node> counterpart(String name, Tensor weight) {
    Optional<Node> named =
        Optional.ofNullable(byName.get(name))
            .filter(node -> constant(node, 1).filter(t -> t.size() == weight.size()).isPresent());
    if (named.isPresent()) {
      return named;
    }
    Node nearest = null;
    double distance = FARTHEST;
    for (Node node : graph.nodes()) {
      Optional<Tensor> same = constant(node, 1).flatMap(t -> laidOutAs(weight, t));
      if (same.isPresent() && distance(same.get(), weight) < distance) {
        nearest = node;
        distance = distance(same.get(), weight);
      }
    }
    return Optional.ofNullable(nearest);
  }

  /**
   * What an input of a layer is in the original.
   *
   * @param layer of the original
   * @param factor that the compressed model's layer does not apply to this input
   * @param like floats of the compressed model's input
   * @return of the dimensions of {@code like}; empty where the original has no such constant
   */
  Optional<Tensor> value(Node layer, int position, float factor, Tensor like) {
    return constant(layer, position)
        .flatMap(t -> laidOutAs(like, t))
        .map(
            t -> {
              float[] values = t.floats();
              for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
              }
              return Tensor.ofFloats(t.dims(), values);
            });
  }

  /** Bounds that a Relu or Clip of the original gives a value; empty where none makes it. */
  Optional<Bounds> bounds(String value) {
    return graph
        .producer(value)
        .flatMap(
            node ->
                node.is("Relu")
                    ? Optional.of(Bounds.POSITIVE)
                    : Optional.of(node)
                        .filter(n -> n.is("Clip"))
                        .map(
                            n ->
                                new Bounds(
                                    bound(n, 1, "min", Float.NEGATIVE_INFINITY),
                                    bound(n, 2, "max", Float.POSITIVE_INFINITY))));
  }

  /** An input, or an attribute before opset 11. */
  private float bound(Node clip, int position, String attribute, float otherwise) {
    return constant(clip, position)
        .map(t -> t.floats()[0])
        .orElse(clip.floatAttribute(attribute, otherwise));
  }

  private Optional<Tensor> constant(Node node, int position) {
    return node.input(position).flatMap(graph::constant).filter(t -> t.type() == ElementType.FLOAT);
  }

  /** A tensor with the dimensions of another: as it is, with fewer axes, or transposed. */
  private static Optional<Tensor> laidOutAs(Tensor like, Tensor tensor) {
    long[] dims = like.dims();
    if (like.size() != tensor.size()) {
      return Optional.empty();
    }
    Tensor straight = Tensor.ofFloats(dims, tensor.floats());
    boolean matrix = dims.length == 2 && tensor.dims().length == 2;
    if (!matrix) {
      return Arrays.equals(dims, tensor.dims()) || isList(dims) && isList(tensor.dims())
          ? Optional.of(straight)
          : Optional.empty();
    }
    Tensor turned = Tensor.ofFloats(dims, transposed(tensor));
    boolean asIs = Arrays.equals(dims, tensor.dims());
    boolean asTurned = dims[0] == tensor.dims()[1];
    if (asIs && asTurned) {
      // A square says nothing by its size.
      return Optional.of(distance(straight, like) <= distance(turned, like) ? straight : turned);
    }
    return asIs ? Optional.of(straight) : Optional.of(turned).filter(t -> asTurned);
  }

  private static boolean isList(long[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).count() <= 1;
  }

  private static float[] transposed(Tensor matrix) {
    int rows = Math.toIntExact(matrix.dims()[0]);
    int columns = Math.toIntExact(matrix.dims()[1]);
    float[] values = matrix.floats();
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % columns * rows + i / columns] = values[i];
    }
    return turned;
  }

  /** How far apart two tensors are, as a share of the first's length. */
  private static double distance(Tensor a, Tensor b) {
    float[] x = a.floats();
    float[] y = b.floats();
    double apart = 0;
    double length = 0;
    for (int i = 0; i < x.length; i++) {
      apart += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
      length += (double) x[i] * x[i];
    }
    return Math.sqrt(apart / length);
  }
}
