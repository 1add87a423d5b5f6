package dev.plumbline.host.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A convolution or matrix product that is quantized while it runs, as ONNX Runtime's tools write
 * it: DynamicQuantizeLinear, ConvInteger or MatMulInteger, a Cast to float and a Mul with the
 * product of both scales.
 *
 * @param quantizer makes the integers, the scale and the zero point of the activation
 * @param product ConvInteger or MatMulInteger
 * @param cast of its sums
 * @param scales multiplies the activation's scale by the weight's
 * @param result makes the floats
 * @param weightScale one, or one per output channel
 */
public record DynamicProduct(
    Node quantizer, Node product, Node cast, Node scales, Node result, Tensor weightScale) {

  /** All of a graph, in its order. */
  public static List<DynamicProduct> of(Graph graph) {
    List<DynamicProduct> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.is("ConvInteger") || node.is("MatMulInteger")) {
        of(graph, node).ifPresent(found::add);
      }
    }
    return found;
  }

  private static Optional<DynamicProduct> of(Graph graph, Node product) {
    Optional<Node> quantizer =
        graph.producer(product.inputs().get(0)).filter(n -> n.is("DynamicQuantizeLinear"));
    Optional<Node> cast = onlyConsumer(graph, product).filter(n -> n.is("Cast"));
    Optional<Node> result = cast.flatMap(c -> onlyConsumer(graph, c)).filter(n -> n.is("Mul"));
    if (quantizer.isEmpty()
        || result.isEmpty()
        || graph.constant(product.inputs().get(1)).isEmpty()
        || product.input(3).isPresent() && graph.constant(product.inputs().get(3)).isEmpty()) {
      return Optional.empty();
    }
    Optional<Node> scales =
        result.get().inputs().stream()
            .filter(input -> !input.equals(cast.get().output()))
            .findFirst()
            .flatMap(graph::producer)
            .filter(n -> n.is("Mul") && graph.consumers(n.output()).size() == 1);
    String ofActivation = quantizer.get().outputs().get(1);
    return scales
        .filter(n -> n.inputs().contains(ofActivation))
        .flatMap(n -> n.inputs().stream().filter(i -> !i.equals(ofActivation)).findFirst())
        .flatMap(graph::constant)
        .filter(scale -> fits(graph, product, scale))
        .map(
            scale ->
                new DynamicProduct(
                    quantizer.get(), product, cast.get(), scales.get(), result.get(), scale));
  }

  private static Optional<Node> onlyConsumer(Graph graph, Node node) {
    List<Node> consumers = graph.consumers(node.output());
    return consumers.size() == 1 && !graph.isOutput(node.output())
        ? Optional.of(consumers.get(0))
        : Optional.empty();
  }

  private static boolean fits(Graph graph, Node product, Tensor scale) {
    long[] dims = graph.constants().get(product.inputs().get(1)).dims();
    boolean matrix = product.is("MatMulInteger");
    return scale.type() == ElementType.FLOAT
        && dims.length >= 2
        && (scale.size() == 1 || scale.size() == dims[matrix ? dims.length - 1 : 0]);
  }

  /** Name of the weight's integers. */
  public String weight() {
    return product.inputs().get(1);
  }

  /** The axis of the weight's output channels. */
  public int axis(Graph graph) {
    return isConvolution() ? 0 : graph.constants().get(weight()).dims().length - 1;
  }

  public boolean isConvolution() {
    return product.is("ConvInteger");
  }

  /** The operator on floats that this stands for. */
  public String floatOperator() {
    return isConvolution() ? "Conv" : "MatMul";
  }

  /** Scale and zero point of the weight, one of each or one per output channel. */
  public QuantizedTensors weightQuantization(Graph graph) {
    Tensor integers = graph.constants().get(weight());
    long[] given =
        product.input(3).flatMap(graph::constant).map(Tensor::longs).orElse(new long[] {0});
    long[] zeroPoint = new long[weightScale.size()];
    for (int i = 0; i < zeroPoint.length; i++) {
      zeroPoint[i] = given[given.length == 1 ? 0 : i];
    }
    return new QuantizedTensors(integers.type(), weightScale.floats(), zeroPoint, axis(graph));
  }
}
