package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes constants that no node takes any more, after a rewriting. */
final class UnusedConstants {
  private UnusedConstants() {}

  static GraphProto.Builder drop(GraphProto.Builder graph) {
    Set<String> constants = Constants.names(graph);
    Set<String> used = new HashSet<>();
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    Deque<NodeProto> nodes = new ArrayDeque<>();
    // What takes a value stands after what makes it.
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      boolean idle =
          node.getOutputCount() > 0
              && constants.contains(node.getOutput(0))
              && !used.contains(node.getOutput(0));
      if (!idle) {
        used.addAll(node.getInputList());
        nodes.addFirst(node);
      }
    }
    Set<String> dropped = new HashSet<>();
    List<TensorProto> kept =
        graph.getInitializerList().stream()
            .filter(i -> used.contains(i.getName()) || !dropped.add(i.getName()))
            .toList();
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !dropped.contains(i.getName())).toList();
    return graph
        .clearNode()
        .addAllNode(nodes)
        .clearInitializer()
        .addAllInitializer(kept)
        .clearInput()
        .addAllInput(inputs);
  }
}
