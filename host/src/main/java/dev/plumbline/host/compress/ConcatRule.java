package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Concat: channels stand one after the other where it joins their axis; where it joins another
 * axis, those at the same positions can only be removed together.
 */
final class ConcatRule implements ChannelRule {
  @Override
  public Optional<Channels> follow(Node node, ChannelFlow flow) {
    Optional<long[]> out = flow.shape(node.output());
    int[] axes =
        IntStream.range(0, node.inputs().size())
            .flatMap(i -> flow.channels(node, i).stream().mapToInt(Channels::axis))
            .distinct()
            .toArray();
    if (out.isEmpty() || axes.length != 1) {
      return flow.whole(node, "which joins them with others along another axis");
    }
    long joined = node.intAttribute("axis", 1);
    int axis = (int) (joined < 0 ? joined + out.get().length : joined);
    return axis == axes[0] ? oneAfterTheOther(node, flow, axis) : together(node, flow, axes[0]);
  }

  private static Optional<Channels> oneAfterTheOther(Node node, ChannelFlow flow, int axis) {
    int[] ids = new int[0];
    Optional<String> nonzero = Optional.empty();
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<Channels> channels = flow.channels(node, i);
      Optional<long[]> shape = flow.shape(node.inputs().get(i));
      if (shape.isEmpty()) {
        return flow.whole(node, "which takes an input of unknown shape");
      }
      int[] more =
          channels
              .map(Channels::ids)
              .orElseGet(
                  () ->
                      flow.sets()
                          .freshKept((int) shape.get()[axis], "no convolution makes its channels"));
      ids = IntStream.concat(Arrays.stream(ids), Arrays.stream(more)).toArray();
      nonzero = nonzero.or(() -> channels.flatMap(Channels::nonzero));
    }
    return Optional.of(new Channels(axis, ids, nonzero));
  }

  private static Optional<Channels> together(Node node, ChannelFlow flow, int axis) {
    Channels first = flow.channels(node, 0).orElse(null);
    Optional<String> nonzero = Optional.empty();
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<Channels> channels = flow.channels(node, i);
      if (first == null || channels.isEmpty()) {
        return flow.whole(node, "which joins them with others that stay");
      }
      flow.sets().join(first.ids(), channels.get().ids());
      nonzero = nonzero.or(channels.get()::nonzero);
    }
    return Optional.of(new Channels(axis, first.ids(), nonzero));
  }
}
