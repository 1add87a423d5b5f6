package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ChannelEdit.Shape;
import dev.plumbline.host.onnx.Node;
import java.util.Arrays;
import java.util.Optional;

/**
 * Operators that give the same elements other axes: Flatten, Reshape, Squeeze, Unsqueeze. A channel
 * becomes a block of positions where its axis is merged with axes after it.
 */
final class ReshapeRule implements ChannelRule {
  @Override
  public Optional<Channels> follow(Node node, ChannelFlow flow) {
    Optional<Channels> input = flow.channels(node, 0);
    Optional<long[]> from = node.input(0).flatMap(flow::shape);
    Optional<long[]> to = flow.shape(node.output());
    if (input.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return flow.whole(node, "whose shape is not known");
    }
    int axis = axis(from.get(), input.get().axis(), to.get());
    if (axis < 0) {
      return flow.whole(node, "which divides them or merges them with an axis before them");
    }
    int block = (int) to.get()[axis] / input.get().ids().length;
    int[] ids = new int[(int) to.get()[axis]];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = input.get().ids()[i / block];
    }
    if (node.is("Reshape")) {
      long[] shape = flow.longs(node, 1).orElseGet(() -> asked(from.get(), to.get(), axis));
      flow.edit(new Shape(node, shape, axis, ids));
    }
    return Optional.of(input.get().at(axis, ids));
  }

  /** The axis that begins where the channels' axis begins, and holds it whole; -1 for none. */
  private static int axis(long[] from, int channelAxis, long[] to) {
    long before = product(from, 0, channelAxis);
    for (int axis = 0; axis < to.length; axis++) {
      if (product(to, 0, axis) == before && to[axis] > 0 && to[axis] % from[channelAxis] == 0) {
        return axis;
      }
    }
    return -1;
  }

  private static long product(long[] dims, int begin, int end) {
    return Arrays.stream(dims, begin, end).reduce(1, Math::multiplyExact);
  }

  /** What a computed shape comes to: the batch as it is, the channels as many as there are. */
  private static long[] asked(long[] from, long[] to, int axis) {
    long[] shape = to.clone();
    if (axis > 0 && from[0] == to[0]) {
      shape[0] = 0;
    }
    shape[axis] = -1;
    return shape;
  }
}
