package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ChannelEdit.Count;
import dev.plumbline.host.compress.ChannelEdit.Cut;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * Conv: every filter makes a channel and sums over all channels of the input, or over those of its
 * group. Groups lose channels at the same positions, so that they stay equally large; where every
 * group is one channel of the input (depthwise), its filters go with it.
 */
final class ConvolutionRule implements ChannelRule {
  private static final int CHANNEL_AXIS = 1;

  @Override
  public Optional<Channels> follow(Node node, ChannelFlow flow) {
    Optional<Tensor> weight = flow.floats(node, 1).filter(w -> w.dims().length > 2);
    boolean computedBias = node.input(2).isPresent() && flow.floats(node, 2).isEmpty();
    Optional<Channels> input = flow.channels(node, 0);
    if (weight.isEmpty() || computedBias) {
      return flow.whole(node, "whose weights are no float constants");
    }
    if (input.isPresent() && input.get().axis() != CHANNEL_AXIS) {
      return flow.whole(node, "which takes them for another axis");
    }
    int groups = (int) node.intAttribute("group", 1);
    boolean depthwise = groups > 1 && weight.get().dims()[1] == 1;
    int[] ids =
        depthwise
            ? depthwise(node, flow, input, weight.get(), groups)
            : summing(node, flow, input, weight.get(), groups);
    flow.edit(new Cut(node, 1, 0, ids));
    if (node.input(2).isPresent()) {
      flow.edit(new Cut(node, 2, 0, ids));
    }
    flow.layer(new FilterLayer(node, weight.get(), ids, !depthwise));
    return Optional.of(Channels.ofZeros(CHANNEL_AXIS, ids));
  }

  private static int[] depthwise(
      Node node, ChannelFlow flow, Optional<Channels> input, Tensor weight, int groups) {
    int filters = (int) weight.dims()[0];
    if (input.isEmpty()) {
      return flow.sets()
          .freshKept(filters, "its filters go with the channels of its input, which stay");
    }
    int[] in = input.get().ids();
    int[] ids = new int[filters];
    for (int i = 0; i < filters; i++) {
      ids[i] = in[i / (filters / groups)];
    }
    flow.edit(new Count(node, "group", in));
    return ids;
  }

  private static int[] summing(
      Node node, ChannelFlow flow, Optional<Channels> input, Tensor weight, int groups) {
    input.ifPresent(
        in -> {
          flow.requireZero(node, in);
          joinGroups(flow, in.ids(), groups);
          int[] ofOneGroup = Arrays.copyOf(in.ids(), in.ids().length / groups);
          flow.edit(new Cut(node, 1, 1, ofOneGroup));
        });
    int[] ids = flow.sets().fresh((int) weight.dims()[0]);
    joinGroups(flow, ids, groups);
    return ids;
  }

  private static void joinGroups(ChannelFlow flow, int[] ids, int groups) {
    int size = ids.length / groups;
    for (int i = size; i < ids.length; i++) {
      flow.sets().join(ids[i], ids[i % size]);
    }
  }
}
