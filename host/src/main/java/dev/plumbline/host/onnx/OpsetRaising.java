package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.plumbline.host.BadInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The same function in a newer opset of ONNX's own domain, for operators and attributes that the
 * older one lacks. Nodes change as {@link OpsetRules} says; all others mean the same in both.
 */
public final class OpsetRaising {
  /** The newest opset that the rules lead to: scales per channel came with it. */
  public static final int NEWEST = 13;

  /** The least version of the intermediate representation that ONNX's checker wants. */
  private static final Map<Integer, Integer> IR_VERSIONS =
      Map.of(8, 3, 9, 4, 10, 5, 11, 6, 12, 7, 13, 7);

  /** Before it, initializers are declared among the inputs. */
  private static final int UNDECLARED_INITIALIZERS = 4;

  private OpsetRaising() {}

  /**
   * The model in an opset, or as it is if its opset is that or a newer one.
   *
   * @param opset at most {@link #NEWEST}
   * @param why what needs the opset, for messages, such as {@code scales per channel}
   * @throws BadInputException naming the node that has no form in that opset
   */
  public static OnnxModel atLeast(OnnxModel model, int opset, String why) {
    int from = model.opset("");
    if (opset > NEWEST) {
      throw new IllegalArgumentException("opset " + opset + " is above " + NEWEST);
    }
    if (from >= opset) {
      return model;
    }
    OnnxModel flat = model.inlined();
    GraphProto.Builder graph = flat.proto().getGraph().toBuilder().clearValueInfo();
    for (int version = from + 1; version <= opset; version++) {
      raise(flat, graph, version, why);
    }
    if (flat.proto().getIrVersion() < UNDECLARED_INITIALIZERS) {
      undeclareInitializers(graph);
    }
    ModelProto.Builder raised = flat.proto().toBuilder().setGraph(graph);
    raised.setIrVersion(Math.max(raised.getIrVersion(), IR_VERSIONS.get(opset)));
    for (OperatorSetIdProto.Builder imported : raised.getOpsetImportBuilderList()) {
      if (imported.getDomain().isEmpty() || imported.getDomain().equals("ai.onnx")) {
        imported.setVersion(opset);
      }
    }
    return OnnxModel.of(flat.name(), raised.build());
  }

  private static void raise(OnnxModel model, GraphProto.Builder graph, int version, String why) {
    RaisedGraph raised = new RaisedGraph(graph);
    for (NodeProto proto : List.copyOf(graph.getNodeList())) {
      Node node = new Node(proto, 0);
      try {
        OpsetRules.of(node, version).raise(node, raised);
      } catch (UnsupportedNodeException e) {
        throw new BadInputException(
            "model "
                + model.name()
                + " is of opset "
                + model.opset("")
                + ", and "
                + why
                + " need opset "
                + version
                + " or newer, in which node "
                + node.name()
                + " ("
                + node.operator()
                + ") has no form: "
                + e.getMessage()
                + "; export the model with opset "
                + NEWEST,
            e);
      }
    }
    raised.finish();
  }

  /** As inputs they could be given other values, and ONNX Runtime would not take them for fixed. */
  private static void undeclareInitializers(GraphProto.Builder graph) {
    Set<String> initializers = new HashSet<>();
    graph.getInitializerList().forEach(i -> initializers.add(i.getName()));
    for (int i = graph.getInputCount() - 1; i >= 0; i--) {
      if (initializers.contains(graph.getInput(i).getName())) {
        graph.removeInput(i);
      }
    }
  }
}
