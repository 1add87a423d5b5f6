package dev.plumbline.host.onnx;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the nodes of a graph are called as layers. */
public final class LayerNames {
  /** What ONNX Runtime's quantizer adds to the name of a node that it makes one of integers. */
  private static final String OF_INTEGERS = "_quant";

  private LayerNames() {}

  /**
   * Names by node: the node's own, less what quantizing added; of a node that has none, or shares
   * it, its first output. In the order of the graph.
   */
  public static Map<Node, String> of(Graph graph) {
    Map<String, Integer> counts = new HashMap<>();
    graph.nodes().forEach(node -> counts.merge(own(node), 1, Integer::sum));
    Map<Node, String> names = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      String own = own(node);
      names.put(node, own.isEmpty() || counts.get(own) > 1 ? node.output() : own);
    }
    return names;
  }

  private static String own(Node node) {
    String name = node.proto().getName();
    boolean integers =
        node.operator().startsWith("QLinear")
            || node.operator().equals("QGemm")
            || node.operator().endsWith("Integer");
    return integers && name.endsWith(OF_INTEGERS)
        ? name.substring(0, name.length() - OF_INTEGERS.length())
        : name;
  }
}
