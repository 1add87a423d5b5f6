package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import java.util.Optional;

/** Pad: channels go through where it adds none. */
final class PadRule implements ChannelRule {
  @Override
  public Optional<Channels> follow(Node node, ChannelFlow flow) {
    Channels input = flow.channels(node, 0).orElseThrow();
    Optional<long[]> pads = node.intsAttribute("pads").or(() -> flow.longs(node, 1));
    Optional<Integer> rank = flow.shape(node.inputs().get(0)).map(dims -> dims.length);
    if (pads.isEmpty() || rank.isEmpty()) {
      return flow.whole(node, "whose padding is computed");
    }
    Optional<long[]> axes = flow.longs(node, 3);
    if (node.input(3).isPresent() && axes.isEmpty()) {
      return flow.whole(node, "whose axes are computed");
    }
    int padded = pads.get().length / 2;
    for (int i = 0; i < padded; i++) {
      long given = axes.isPresent() ? axes.get()[i] : i;
      long axis = given < 0 ? given + rank.get() : given;
      if (axis == input.axis() && (pads.get()[i] != 0 || pads.get()[i + padded] != 0)) {
        return flow.whole(node, "which adds channels");
      }
    }
    return Optional.of(padsWithZero(node, flow) ? input : input.raisedBy(node.toString()));
  }

  /** Edges and reflections of 0 are 0. */
  private static boolean padsWithZero(Node node, ChannelFlow flow) {
    boolean constant = node.stringAttribute("mode", "constant").equals("constant");
    boolean zeroInput =
        node.input(2).isEmpty()
            || flow.floats(node, 2).filter(t -> t.zeros() == t.size()).isPresent();
    return !constant || zeroInput && node.floatAttribute("value", 0) == 0;
  }
}
