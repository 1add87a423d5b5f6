package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scales of quantization that are trained: learned step size quantization (Esser, McKinstry,
 * Bablani, Appuswamy, Modha, "Learned Step Size Quantization", 2020). The gradient of a scale is
 * the paper's, which follows from rounding with a straight-through gradient, times 1 / sqrt(n Qp):
 * n elements share the scale, of the weight or of one picture's activation, and Qp is the largest
 * integer.
 */
final class LearnedScales {
  /** A scale stays above 0: it never falls below this share of where it started. */
  private static final float LEAST_SHARE = 1f / 16;

  /** What a step of a weight is to its usual size, a small change of a scale is to the scale. */
  private static final float SMALL_SHARE = 1f / 32;

  /**
   * @param names initializers that hold this scale
   * @param master the scale, one value or one for each channel
   * @param floor the least that it may become, of the same shape
   * @param unit a small change of it, likewise
   */
  private record Learned(List<String> names, NDArray master, NDArray floor, NDArray unit) {}

  private final Graph graph;
  private final Map<String, Learned> byName = new LinkedHashMap<>();
  private final List<Learned> all = new ArrayList<>();
  private final Map<String, ScaleGroups.Product> products;

  LearnedScales(Graph graph, Map<String, ParameterKind> trained, NDManager manager, Device device) {
    this.graph = graph;
    ScaleGroups groups = ScaleGroups.of(graph, trained);
    this.products = groups.products();
    groups
        .groups()
        .forEach(
            (name, names) -> {
              Tensor start = graph.constant(name).orElseThrow();
              NDArray master =
                  DeviceArrays.on(device, manager.create(start.floats(), new Shape(start.dims())));
              NDArray floor = Scalars.times(master, LEAST_SHARE);
              NDArray unit = Scalars.times(master, SMALL_SHARE);
              master.setRequiresGradient(true);
              Learned learned = new Learned(names, master, floor, unit);
              all.add(learned);
              names.forEach(n -> byName.put(n, learned));
            });
  }

  /** Scales as parameters. */
  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (Learned learned : all) {
      parameters.add(
          new Parameter(
              learned.names().get(0),
              learned.master(),
              (values, scaled) -> values,
              false,
              Optional.of(learned.unit())));
    }
    return parameters;
  }

  /**
   * Quantization and dequantization in one, with a scale that is trained.
   *
   * @param context of the node whose input 1 is the scale
   * @return empty if that scale stays as it is
   */
  Optional<Kernel> fakeQuantize(NodeContext context, ElementType type) {
    Learned learned = context.node().input(1).map(byName::get).orElse(null);
    if (learned == null) {
      return Optional.empty();
    }
    boolean isWeight = context.constant(0).isPresent();
    QuantizationByShape parameters = new QuantizationByShape(context, type);
    return Optional.of(
        Kernel.ofArray(
            inputs -> {
              NDArray x = inputs.array(0);
              long elements = x.size() / (isWeight ? 1 : x.getShape().get(0));
              double share =
                  1 / Math.sqrt((double) elements / learned.master().size() * type.highest());
              FakeQuantization quantization = parameters.of(x);
              NDArray scale = effective(learned, quantization.scaleShape(), share, inputs);
              return quantization.fakeQuantize(x, scale, inputs);
            }));
  }

  /** The scale as it is, with a share of its gradient. */
  private static NDArray effective(Learned learned, Shape shape, double share, Inputs inputs) {
    NDArray scale = learned.master().maximum(learned.floor()).reshape(shape);
    if (!inputs.differentiable()) {
      return scale;
    }
    NDArray part = Scalars.times(scale, share);
    // What is added is exactly 0.
    return scale.stopGradient().add(part.sub(part.stopGradient()));
  }

  /** What the scales are now, those of biases too, by name of the initializer. */
  Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (Learned learned : all) {
      try (NDArray now = learned.master().maximum(learned.floor())) {
        float[] scales = now.toFloatArray();
        for (String name : learned.names()) {
          values.put(name, Tensor.ofFloats(graph.constant(name).orElseThrow().dims(), scales));
        }
      }
    }
    products.forEach(
        (name, product) -> {
          if (byName.containsKey(product.input()) || byName.containsKey(product.weight())) {
            values.put(name, product(name, product, values));
          }
        });
    return values;
  }

  private Tensor product(String name, ScaleGroups.Product product, Map<String, Tensor> values) {
    float input = scale(product.input(), values)[0];
    float[] scales = scale(product.weight(), values);
    for (int i = 0; i < scales.length; i++) {
      scales[i] *= input;
    }
    return Tensor.ofFloats(graph.constant(name).orElseThrow().dims(), scales);
  }

  private float[] scale(String name, Map<String, Tensor> values) {
    return Optional.ofNullable(values.get(name))
        .or(() -> graph.constant(name))
        .orElseThrow()
        .floats();
  }
}
