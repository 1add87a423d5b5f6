package dev.plumbline.host.compress;

import dev.plumbline.host.compress.ChannelEdit.Count;
import dev.plumbline.host.compress.ChannelEdit.Cut;
import dev.plumbline.host.compress.ChannelEdit.Shape;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Writes a model without some of its channels. */
final class ChannelRemoval {
  private final Graph graph;
  private final ChannelFlow flow;
  private final IntPredicate stays;
  private final GraphRewriting rewriting;

  private ChannelRemoval(OnnxModel model, ChannelFlow flow, IntPredicate stays) {
    this.graph = model.graph();
    this.flow = flow;
    this.stays = stays;
    this.rewriting = new GraphRewriting(model);
  }

  /**
   * Removes channels with all that works on them.
   *
   * @param flow of the model
   * @param stays whether a channel stays
   */
  static OnnxModel remove(OnnxModel model, ChannelFlow flow, IntPredicate stays) {
    return new ChannelRemoval(model, flow, stays).rewritten();
  }

  private OnnxModel rewritten() {
    Map<String, List<ChannelEdit>> edits = new HashMap<>();
    flow.edits()
        .forEach(e -> edits.computeIfAbsent(e.node().output(), k -> new ArrayList<>()).add(e));
    for (Node node : graph.nodes()) {
      copy(node, edits.getOrDefault(node.output(), List.of()));
    }
    return rewriting.build();
  }

  private void copy(Node node, List<ChannelEdit> edits) {
    List<String> inputs = new ArrayList<>(node.inputs());
    Map<Integer, Tensor> changed = new HashMap<>();
    Map<String, Object> attributes = new HashMap<>();
    for (ChannelEdit edit : edits) {
      if (edit instanceof Cut cut && losesAny(cut.ids())) {
        Tensor before =
            changed.containsKey(cut.input())
                ? changed.get(cut.input())
                : flow.floats(node, cut.input()).orElseThrow();
        changed.put(cut.input(), cut(before, cut.axis(), remaining(cut.ids())));
      } else if (edit instanceof Count count && losesAny(count.ids())) {
        attributes.put(count.attribute(), (long) remaining(count.ids()).length);
      } else if (edit instanceof Shape shape && losesAny(shape.ids())) {
        shape(shape, changed);
      }
    }
    changed.forEach((input, value) -> inputs.set(input, constant(inputs.get(input), value)));
    if (attributes.isEmpty()) {
      rewriting.copy(node, inputs, Set.of());
    } else {
      rewriting.copyWith(node, inputs, attributes);
    }
  }

  private void shape(Shape shape, Map<Integer, Tensor> changed) {
    long[] asked = shape.shape().clone();
    // 0 and -1 follow by themselves.
    if (asked[shape.position()] > 0) {
      asked[shape.position()] = remaining(shape.ids()).length;
    }
    changed.put(1, Tensor.ofLongs(new long[] {asked.length}, asked));
  }

  /** A constant that nothing else takes keeps its name. */
  private String constant(String name, Tensor value) {
    if (graph.constant(name).isPresent() && graph.consumers(name).size() == 1) {
      rewriting.renew(name, value);
      return name;
    }
    return rewriting.initializer(rewriting.freshName(name), value);
  }

  private boolean losesAny(int[] ids) {
    return !Arrays.stream(ids).allMatch(stays);
  }

  private int[] remaining(int[] ids) {
    return IntStream.range(0, ids.length).filter(i -> stays.test(ids[i])).toArray();
  }

  /** The positions of an axis that are named, in their order. */
  private static Tensor cut(Tensor tensor, int axis, int[] positions) {
    long[] dims = tensor.dims();
    int outer = (int) Arrays.stream(dims, 0, axis).reduce(1, Math::multiplyExact);
    int inner = (int) Arrays.stream(dims, axis + 1, dims.length).reduce(1, Math::multiplyExact);
    int length = (int) dims[axis];
    float[] from = tensor.floats();
    float[] to = new float[outer * positions.length * inner];
    for (int o = 0; o < outer; o++) {
      for (int p = 0; p < positions.length; p++) {
        System.arraycopy(
            from,
            (o * length + positions[p]) * inner,
            to,
            (o * positions.length + p) * inner,
            inner);
      }
    }
    dims[axis] = positions.length;
    return Tensor.ofFloats(dims, to);
  }
}
