package dev.plumbline.host.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A dynamically quantized model as the same function with its weights behind a DequantizeLinear:
 * the integer products become float ones of what is quantized and dequantized at once. Names of
 * weights stay, so that what is trained in this form goes back into the other.
 */
public final class DynamicExpansion {
  private DynamicExpansion() {}

  /** The same model where nothing is quantized dynamically. */
  public static OnnxModel of(OnnxModel model) {
    List<DynamicProduct> products = DynamicProduct.of(model.graph());
    return products.isEmpty() ? model : expanded(model, products);
  }

  private static OnnxModel expanded(OnnxModel model, List<DynamicProduct> products) {
    Graph graph = model.graph();
    GraphRewriting rewriting = new GraphRewriting(model);
    Map<Node, DynamicProduct> byResult = new HashMap<>();
    Set<Node> replaced = new HashSet<>();
    for (DynamicProduct each : products) {
      byResult.put(each.result(), each);
      replaced.addAll(List.of(each.product(), each.cast(), each.scales(), each.result()));
    }
    for (Node node : graph.nodes()) {
      if (byResult.containsKey(node)) {
        write(rewriting, graph, byResult.get(node));
      } else if (!replaced.contains(node)) {
        rewriting.copy(node, node.inputs(), Set.of());
      }
    }
    return rewriting.build();
  }

  private static void write(GraphRewriting rewriting, Graph graph, DynamicProduct each) {
    Node quantizer = each.quantizer();
    String result = each.result().output();
    String activation =
        rewriting.node(
            "DequantizeLinear",
            List.of(quantizer.output(), quantizer.outputs().get(1), quantizer.outputs().get(2)),
            rewriting.freshName(result + "_activation"),
            Map.of());
    String weight =
        DequantizedConstant.write(
            rewriting, each.weight(), result + "_weight", each.weightQuantization(graph));
    rewriting.copyAs(each.product(), each.floatOperator(), List.of(activation, weight), result);
  }
}
