package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rounding after a convolution or matrix product of 8-bit numbers as integer kernels do it, in the
 * QDQ form that ONNX Runtime makes QLinearConv and QGemm of.
 *
 * <p>A kernel adds products of integers, which is exact, and multiplies the sum by one float: scale
 * of the input times scale of the weight, over scale of the output. Sums of dequantized floats are
 * off in their last bits, which tips a rounding in some millions; each tipped rounding tips others
 * in the layers behind it. The sum of floats is so near to its multiple of the two scales, though,
 * that rounding to it gives the kernel's sum: as long as the sum of the products' sizes stays below
 * some 2^22. The backward pass is that of {@link PerTensorFakeQuantization}, which clips a little
 * beyond the type's bounds; the nearest sum may lie further out, so that steps are clipped again.
 */
final class DeployedRounding {
  private static final String CODE =
      """
      clipped = torch.hardtanh(x, float(low), float(high))
      values = torch.detach(clipped)
      sum = torch.round_(torch.div_(values, unit))
      steps = torch.round_(torch.mul_(sum, ratio))
      rounded = torch.clamp_(steps, float(least), float(most))
      product = torch.mul_(rounded, scale)
      return clipped
      """;

  private static final Map<Device, TorchScript> KERNELS = new ConcurrentHashMap<>();

  private DeployedRounding() {}

  /**
   * The kernel of a QuantizeLinear and its DequantizeLinear where ONNX Runtime computes what they
   * round in integers.
   *
   * @param context of the QuantizeLinear
   * @param type that it makes
   */
  static Optional<Kernel> of(Graph graph, NodeContext context, ElementType type) {
    if (context.precision() != DataType.FLOAT32 || !isByte(type)) {
      return Optional.empty();
    }
    Node quantizer = context.node();
    Optional<Tensor> scale = context.constant(1).filter(s -> s.size() == 1);
    Optional<Tensor> zero = context.constant(2);
    // What is wrong with a scale the other kernel says.
    if (scale.filter(s -> isUsable(s.floats()[0])).isEmpty()
        || quantizer.input(2).isPresent() && zero.isEmpty()) {
      return Optional.empty();
    }
    float zeroPoint = zero.map(z -> z.floats()[0]).orElse(0f);
    return product(graph, quantizer, zeroPoint == type.lowest())
        .flatMap(node -> units(graph, node))
        .map(units -> kernel(context, units, scale.get().floats()[0], zeroPoint, type));
  }

  private static boolean isUsable(float scale) {
    return scale > 0 && Float.isFinite(scale);
  }

  private static boolean isByte(ElementType type) {
    return type == ElementType.INT8 || type == ElementType.UINT8;
  }

  /**
   * The product that a QuantizeLinear rounds, with a Relu between where that is left to saturation.
   */
  private static Optional<Node> product(Graph graph, Node quantizer, boolean clipsAtZero) {
    Optional<Node> before = onlyProducer(graph, quantizer.inputs().get(0));
    if (clipsAtZero && before.filter(node -> node.is("Relu")).isPresent()) {
      before = onlyProducer(graph, before.get().inputs().get(0));
    }
    return before.filter(node -> node.is("Conv") || node.is("Gemm"));
  }

  private static Optional<Node> onlyProducer(Graph graph, String value) {
    return graph
        .producer(value)
        .filter(node -> graph.consumers(value).size() == 1)
        .filter(node -> !graph.isOutput(value));
  }

  /**
   * What a sum of one is worth: scale of the input times that of the weight.
   *
   * @param values by channel of the output, or one
   * @param behind axes behind the channels'
   */
  private record Units(float[] values, int behind) {}

  private static Optional<Units> units(Graph graph, Node product) {
    Optional<Node> input = dequantizer(graph, product, 0);
    Optional<Node> weight = dequantizer(graph, product, 1);
    Optional<Tensor> x = input.flatMap(node -> scale(graph, node)).filter(s -> s.size() == 1);
    Optional<Tensor> w = weight.flatMap(node -> scale(graph, node));
    Optional<Tensor> integers = weight.flatMap(node -> graph.constant(node.inputs().get(0)));
    if (x.isEmpty()
        || w.isEmpty()
        || integers.filter(tensor -> isByte(tensor.type())).isEmpty()
        || !hasBytes(graph, input.get())
        || !hasIntegerBias(graph, product)) {
      return Optional.empty();
    }
    boolean conv = product.is("Conv");
    int outputs = conv || product.intAttribute("transB", 0) != 0 ? 0 : 1;
    if (w.get().size() > 1 && axis(weight.get(), integers.get()) != outputs
        || weight.get().intAttribute("block_size", 0) != 0
        || product.floatAttribute("alpha", 1) != 1
        || product.floatAttribute("beta", 1) != 1
        || product.intAttribute("transA", 0) != 0) {
      return Optional.empty();
    }
    float[] units = w.get().floats().clone();
    for (int i = 0; i < units.length; i++) {
      units[i] *= x.get().floats()[0];
    }
    return Optional.of(new Units(units, conv ? integers.get().dims().length - 2 : 0));
  }

  private static long axis(Node dequantizer, Tensor of) {
    long axis = dequantizer.intAttribute("axis", 1);
    return axis < 0 ? axis + of.dims().length : axis;
  }

  private static Optional<Node> dequantizer(Graph graph, Node product, int position) {
    return product.input(position).flatMap(graph::producer).filter(Node::dequantizes);
  }

  private static Optional<Tensor> scale(Graph graph, Node dequantizer) {
    return dequantizer.input(1).flatMap(graph::constant);
  }

  /** A zero point that is left out stands for unsigned bytes of a QuantizeLinear. */
  private static boolean hasBytes(Graph graph, Node dequantizer) {
    return dequantizer
        .input(2)
        .map(name -> graph.constant(name).filter(z -> isByte(z.type())).isPresent())
        .orElse(true);
  }

  private static boolean hasIntegerBias(Graph graph, Node product) {
    return product.input(2).isEmpty()
        || dequantizer(graph, product, 2)
            .flatMap(node -> graph.constant(node.inputs().get(0)))
            .filter(tensor -> tensor.type() == ElementType.INT32)
            .isPresent();
  }

  private static Kernel kernel(
      NodeContext context, Units units, float scale, float zeroPoint, ElementType type) {
    float[] ratios = units.values().clone();
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] /= scale;
    }
    long[] dims = new long[units.values().length == 1 ? 0 : 1 + units.behind()];
    Arrays.fill(dims, 1);
    if (dims.length > 0) {
      dims[0] = units.values().length;
    }
    NDArray unit = context.array(units.values(), dims);
    NDArray ratio = context.array(ratios, dims);
    PerTensorFakeQuantization.Bounds bounds =
        PerTensorFakeQuantization.Bounds.of(context, scale, zeroPoint, type);
    PerTensorFakeQuantization.Bounds steps =
        PerTensorFakeQuantization.Bounds.inSteps(context, zeroPoint, type);
    NDArray step = context.array(new float[] {scale});
    TorchScript script =
        KERNELS.computeIfAbsent(
            context.device(),
            device ->
                TorchScript.of(
                    device, CODE, "x", "unit", "ratio", "scale", "low", "high", "least", "most"));
    return Kernel.ofArray(
        inputs ->
            script.call(
                inputs.array(0),
                unit,
                ratio,
                step,
                bounds.low(),
                bounds.high(),
                steps.low(),
                steps.high()));
  }
}
