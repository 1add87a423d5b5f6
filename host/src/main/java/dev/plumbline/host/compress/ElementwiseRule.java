package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ChannelEdit.Cut;
import dev.plumbline.host.onnx.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operators that compute element by element from one or more inputs that are broadcast: channels
 * that meet at a position can only be removed together.
 */
final class ElementwiseRule implements ChannelRule {
  /** An input of a node. */
  enum Operand {
    /** Channels that are 0 where their filters are; or a constant for each channel. */
    ZERO,
    /** Channels that something made something else of. */
    NONZERO,
    /** The same for all channels. */
    BROADCAST
  }

  /** Whether a node makes 0 of a removed channel. */
  @FunctionalInterface
  interface Zero {
    boolean of(List<Operand> operands);
  }

  private final Zero zero;

  ElementwiseRule(Zero zero) {
    this.zero = zero;
  }

  /** Sums and the like: 0 only where all operands are. */
  static ElementwiseRule ofAll() {
    return new ElementwiseRule(o -> o.stream().allMatch(each -> each == Operand.ZERO));
  }

  /** Products: 0 where any operand is. */
  static ElementwiseRule ofAny() {
    return new ElementwiseRule(o -> o.contains(Operand.ZERO));
  }

  /** 0 where the first operand is: activations with a parameter, and quotients. */
  static ElementwiseRule ofFirst() {
    return new ElementwiseRule(o -> o.get(0) == Operand.ZERO);
  }

  @Override
  public Optional<Channels> follow(Node node, ChannelFlow flow) {
    Optional<long[]> out = flow.shape(node.output());
    if (out.isEmpty()) {
      return flow.whole(node, "whose shape is not known");
    }
    int rank = out.get().length;
    Optional<Aligned> reference = reference(node, flow, rank);
    if (reference.isEmpty()) {
      return flow.whole(node, "which spreads them over others");
    }
    int axis = reference.get().axis();
    int[] ids = reference.get().ids();
    List<Operand> operands = new ArrayList<>();
    String raised = node.toString();
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<Channels> channels = flow.channels(node, i);
      Optional<long[]> shape = flow.shape(node.inputs().get(i));
      if (shape.isEmpty()) {
        return flow.whole(node, "which takes an input of unknown shape");
      }
      int own = axis - (rank - shape.get().length);
      if (own < 0 || shape.get()[own] == 1) {
        // One channel for all of the others is not one of them.
        String reason = "its one channel is spread over others by " + node;
        channels.ifPresent(c -> flow.sets().keep(c.ids(), reason));
        operands.add(Operand.BROADCAST);
      } else if (channels.isPresent() && channels.get().axis() == own) {
        flow.sets().join(ids, channels.get().ids());
        operands.add(channels.get().nonzero().isPresent() ? Operand.NONZERO : Operand.ZERO);
        raised = channels.get().nonzero().orElse(raised);
      } else if (channels.isEmpty() && flow.floats(node, i).isPresent()) {
        flow.edit(new Cut(node, i, own, ids));
        operands.add(Operand.ZERO);
      } else {
        return flow.whole(node, "which joins them with others that stay");
      }
    }
    Channels result = Channels.ofZeros(axis, ids);
    return Optional.of(zero.of(operands) ? result : result.raisedBy(raised));
  }

  /** Channels along an axis of the node's output. */
  private record Aligned(int axis, int[] ids) {}

  private static Optional<Aligned> reference(Node node, ChannelFlow flow, int rank) {
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<Channels> channels = flow.channels(node, i);
      Optional<long[]> shape = flow.shape(node.inputs().get(i));
      if (channels.isPresent() && shape.isPresent()) {
        int axis = channels.get().axis() + rank - shape.get().length;
        boolean full =
            flow.shape(node.output())
                .filter(out -> out[axis] == channels.get().ids().length)
                .isPresent();
        if (full) {
          return Optional.of(new Aligned(axis, channels.get().ids()));
        }
      }
    }
    return Optional.empty();
  }
}
