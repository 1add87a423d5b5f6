package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ChannelEdit.Cut;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The operators that channels are followed through. */
final class ChannelRules {
  private static final int CHANNEL_AXIS = 1;
  private static final Map<String, ChannelRule> RULES = new HashMap<>();

  static {
    RULES.put("Conv", new ConvolutionRule());
    RULES.put("BatchNormalization", ChannelRules::normalized);
    RULES.put("InstanceNormalization", ChannelRules::normalized);
    RULES.put("Gemm", ChannelRules::gemm);
    RULES.put("MatMul", ChannelRules::matMul);
    RULES.put("Concat", new ConcatRule());
    add(alone(ChannelRules::transposed), "Transpose");
    add(alone(new PadRule()), "Pad");
    add(alone(ChannelRules::resized), "Resize");
    add(alone(ChannelRules::clipped), "Clip");
    // Numbers of channels are followed by ChannelSizes.
    RULES.put("Shape", (node, flow) -> Optional.empty());
    add(
        alone(ChannelRules::passed),
        "Relu LeakyRelu Elu Selu Celu ThresholdedRelu Gelu HardSwish Mish Softsign Tanh Erf Sin"
            + " Tan Sinh Asin Atan Abs Neg Sign Sqrt Floor Ceil Round Identity Dropout Cast");
    add(
        alone((node, flow) -> passed(node, flow).map(c -> c.raisedBy(node.toString()))),
        "Sigmoid HardSigmoid Softplus Exp Cos Cosh");
    add(
        alone(ChannelRules::pooled),
        "MaxPool AveragePool LpPool GlobalMaxPool GlobalAveragePool GlobalLpPool");
    add(alone(ChannelRules::reduced), "ReduceMean ReduceSum ReduceMax ReduceMin ReduceL1 ReduceL2");
    add(alone(new ReshapeRule()), "Flatten Reshape Squeeze Unsqueeze");
    add(ElementwiseRule.ofAll(), "Add Sub Sum Mean Max Min");
    add(ElementwiseRule.ofAny(), "Mul");
    add(ElementwiseRule.ofFirst(), "PRelu");
    RULES.put("Div", ChannelRules::divided);
  }

  private ChannelRules() {}

  private static void add(ChannelRule rule, String operators) {
    Arrays.stream(operators.split(" ")).forEach(operator -> RULES.put(operator, rule));
  }

  /** The rule for a node; none if channels are not followed through its operator. */
  static Optional<ChannelRule> of(Node node) {
    return Optional.ofNullable(RULES.get(node.operator())).filter(r -> node.domain().isEmpty());
  }

  /** A rule for operators of one value, whose other inputs are settings. */
  private static ChannelRule alone(ChannelRule rule) {
    return (node, flow) ->
        IntStream.range(1, node.inputs().size()).anyMatch(i -> flow.channels(node, i).isPresent())
            ? flow.whole(node, "which takes them for a setting")
            : rule.follow(node, flow);
  }

  private static Optional<Channels> passed(Node node, ChannelFlow flow) {
    return flow.channels(node, 0);
  }

  private static Optional<Channels> pooled(Node node, ChannelFlow flow) {
    return flow.channels(node, 0)
        .filter(c -> c.axis() == CHANNEL_AXIS)
        .or(() -> flow.whole(node, "which takes them for another axis"));
  }

  /** Scale and offset of a removed channel are removed with it: what it makes is 0 again. */
  private static Optional<Channels> normalized(Node node, ChannelFlow flow) {
    int parameters = node.is("BatchNormalization") ? 4 : 2;
    Optional<Channels> input = flow.channels(node, 0).filter(c -> c.axis() == CHANNEL_AXIS);
    boolean constant =
        IntStream.rangeClosed(1, parameters).allMatch(i -> flow.floats(node, i).isPresent());
    if (input.isEmpty() || !constant || node.outputs().size() > 1) {
      return flow.whole(node, "whose parameters are computed or of another axis");
    }
    for (int i = 1; i <= parameters; i++) {
      flow.edit(new Cut(node, i, 0, input.get().ids()));
    }
    return Optional.of(Channels.ofZeros(CHANNEL_AXIS, input.get().ids()));
  }

  private static Optional<Channels> gemm(Node node, ChannelFlow flow) {
    boolean plain = node.intAttribute("transA", 0) == 0;
    int axis = node.intAttribute("transB", 0) == 0 ? 0 : 1;
    return product(node, flow, plain ? 1 : 0, plain, axis);
  }

  private static Optional<Channels> matMul(Node node, ChannelFlow flow) {
    int last = flow.shape(node.inputs().get(0)).map(dims -> dims.length - 1).orElse(-1);
    return product(node, flow, last, last > 0, 0);
  }

  private static Optional<Channels> product(
      Node node, ChannelFlow flow, int summedAxis, boolean plain, int weightAxis) {
    Optional<Channels> input = flow.channels(node, 0).filter(c -> c.axis() == summedAxis);
    Optional<Tensor> weight = flow.floats(node, 1).filter(w -> w.dims().length == 2);
    boolean others = IntStream.of(1, 2).anyMatch(i -> flow.channels(node, i).isPresent());
    if (!plain || input.isEmpty() || weight.isEmpty() || others) {
      return flow.whole(node, "which does not multiply them with constant weights");
    }
    flow.requireZero(node, input.get());
    flow.edit(new Cut(node, 1, weightAxis, input.get().ids()));
    return Optional.empty();
  }

  private static Optional<Channels> transposed(Node node, ChannelFlow flow) {
    Channels input = flow.channels(node, 0).orElseThrow();
    Optional<Integer> rank = flow.shape(node.inputs().get(0)).map(dims -> dims.length);
    if (rank.isEmpty()) {
      return flow.whole(node, "whose shape is not known");
    }
    int axis = rank.get() - 1 - input.axis();
    Optional<long[]> order = node.intsAttribute("perm");
    if (order.isPresent()) {
      for (int i = 0; i < order.get().length; i++) {
        axis = order.get()[i] == input.axis() ? i : axis;
      }
    }
    return Optional.of(input.at(axis, input.ids()));
  }

  private static Optional<Channels> reduced(Node node, ChannelFlow flow) {
    Optional<Channels> input = flow.channels(node, 0);
    Optional<Integer> rank = node.input(0).flatMap(flow::shape).map(dims -> dims.length);
    Optional<long[]> axes = node.intsAttribute("axes").or(() -> flow.longs(node, 1));
    if (input.isEmpty() || rank.isEmpty() || axes.isEmpty()) {
      return flow.whole(node, "whose axes are computed or all");
    }
    int axis = input.get().axis();
    int before = 0;
    for (long given : axes.get()) {
      long reduced = given < 0 ? given + rank.get() : given;
      if (reduced == axis) {
        return flow.whole(node, "which makes one of them all");
      }
      before += reduced < axis ? 1 : 0;
    }
    int kept = node.intAttribute("keepdims", 1) == 1 ? axis : axis - before;
    return Optional.of(input.get().at(kept, input.get().ids()));
  }

  private static Optional<Channels> clipped(Node node, ChannelFlow flow) {
    Optional<Channels> input = flow.channels(node, 0);
    boolean holdsZero = bound(node, flow, 1, "min") <= 0 && bound(node, flow, 2, "max") >= 0;
    return holdsZero ? input : input.map(c -> c.raisedBy(node.toString()));
  }

  /** A bound of Clip: attribute or input; NaN where it is computed, 0 where there is none. */
  private static float bound(Node node, ChannelFlow flow, int input, String attribute) {
    if (node.input(input).isEmpty()) {
      return node.floatAttribute(attribute, 0);
    }
    return flow.floats(node, input)
        .filter(t -> t.size() == 1)
        .map(t -> t.floats()[0])
        .orElse(Float.NaN);
  }

  /** The quotient by a removed channel would be one by 0. */
  private static Optional<Channels> divided(Node node, ChannelFlow flow) {
    return flow.channels(node, 1).isPresent()
        ? flow.whole(node, "which divides by them")
        : ElementwiseRule.ofFirst().follow(node, flow);
  }

  private static Optional<Channels> resized(Node node, ChannelFlow flow) {
    Optional<Channels> input = flow.channels(node, 0);
    Optional<long[]> from = node.input(0).flatMap(flow::shape);
    Optional<long[]> to = flow.shape(node.output());
    boolean fixedSize = node.input(3).isPresent() && flow.longs(node, 3).isPresent();
    boolean same =
        input.isPresent()
            && from.isPresent()
            && to.isPresent()
            && from.get()[input.get().axis()] == to.get()[input.get().axis()];
    return same && !fixedSize ? input : flow.whole(node, "which asks for a number of channels");
  }
}
