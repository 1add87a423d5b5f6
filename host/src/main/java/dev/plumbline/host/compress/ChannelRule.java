package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import java.util.Optional;

/** How channels go through an operator. */
@FunctionalInterface
interface ChannelRule {
  /**
   * Follows the channels of a node's inputs, at least one of which has some unless the node is a
   * convolution; notes what has to change when channels are removed.
   *
   * @return channels of the node's first output; none where it has none that can be removed
   */
  Optional<Channels> follow(Node node, ChannelFlow flow);
}
