package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers of channels that a graph computes from Shape. A shape that is put together of them
 * follows by itself; whatever else computes with them would give other numbers, so that such
 * channels stay.
 */
final class ChannelSizes {
  private ChannelSizes() {}

  static void follow(Node node, ChannelFlow flow) {
    if (node.is("Shape")) {
      flow.channels(node, 0).ifPresent(c -> flow.size(node.output(), c.ids()));
      return;
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<int[]> ids = flow.sizes(node.inputs().get(i));
      if (ids.isEmpty() || takesAShape(node, i) || picksAnother(node, flow)) {
        continue;
      }
      switch (node.operator()) {
        case "Gather", "Slice", "Unsqueeze", "Squeeze", "Concat", "Cast", "Identity" -> {
          int[] before = flow.sizes(node.output()).orElse(new int[0]);
          flow.size(
              node.output(),
              IntStream.concat(Arrays.stream(before), Arrays.stream(ids.get())).toArray());
        }
        default -> flow.wholeSizes(node, ids.get());
      }
    }
  }

  private static boolean takesAShape(Node node, int input) {
    return node.is("Reshape") && input == 1 || node.is("Resize") && input == 3;
  }

  /** The size of another axis than the channels', as the batch. */
  private static boolean picksAnother(Node node, ChannelFlow flow) {
    return node.is("Gather")
        && flow.longs(node, 1)
            .filter(at -> at.length == 1 && at[0] >= 0)
            .flatMap(at -> flow.channelsBeforeShape(node).map(c -> c.axis() != at[0]))
            .orElse(false);
  }
}
