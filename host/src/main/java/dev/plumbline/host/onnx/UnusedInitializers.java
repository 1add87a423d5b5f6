package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes initializers that no node takes any more, after a rewriting. */
final class UnusedInitializers {
  private UnusedInitializers() {}

  static GraphProto.Builder drop(GraphProto.Builder graph) {
    Set<String> used = new HashSet<>();
    graph.getNodeList().forEach(node -> used.addAll(node.getInputList()));
    graph.getOutputList().forEach(output -> used.add(output.getName()));
    Set<String> dropped = new HashSet<>();
    List<TensorProto> kept =
        graph.getInitializerList().stream()
            .filter(i -> used.contains(i.getName()) || !dropped.add(i.getName()))
            .toList();
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !dropped.contains(i.getName())).toList();
    return graph.clearInitializer().addAllInitializer(kept).clearInput().addAllInput(inputs);
  }
}
