package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.DynamicProduct;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.GraphRewriting;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Layers that are quantized while the model runs; each alone, as activations between are float. */
final class DynamicLayers extends CompressedLayers {
  private final OriginalWeights weights;
  private final Map<String, DynamicProduct> products = new LinkedHashMap<>();
  private final Map<String, String> operators = new LinkedHashMap<>();

  DynamicLayers(OnnxModel compressed, OriginalWeights weights) {
    super(compressed);
    this.weights = weights;
    Map<Node, String> names = LayerNames.of(compressed.graph());
    for (DynamicProduct product : DynamicProduct.of(compressed.graph())) {
      String name = names.get(product.product());
      products.put(name, product);
      operators.put(name, product.floatOperator());
    }
  }

  @Override
  public Map<String, String> operators() {
    return operators;
  }

  @Override
  OnnxModel write(Set<String> floatLayers) {
    Graph graph = compressed().graph();
    GraphRewriting rewriting = new GraphRewriting(compressed());
    Map<Node, String> byResult = new LinkedHashMap<>();
    Set<Node> replaced = new HashSet<>();
    for (String layer : floatLayers) {
      DynamicProduct each = products.get(layer);
      byResult.put(each.result(), layer);
      replaced.addAll(List.of(each.product(), each.cast(), each.scales(), each.result()));
    }
    for (Node node : graph.nodes()) {
      if (byResult.containsKey(node)) {
        writeFloat(rewriting, byResult.get(node));
      } else if (!replaced.contains(node) && !isIdle(graph, node, replaced)) {
        rewriting.copy(node, node.inputs(), Set.of());
      }
    }
    return rewriting.build();
  }

  /** Whether nothing takes what a DynamicQuantizeLinear makes any more. */
  private static boolean isIdle(Graph graph, Node node, Set<Node> replaced) {
    return node.is("DynamicQuantizeLinear")
        && node.outputs().stream()
            .flatMap(o -> graph.consumers(o).stream())
            .allMatch(replaced::contains);
  }

  private void writeFloat(GraphRewriting rewriting, String layer) {
    DynamicProduct each = products.get(layer);
    Graph graph = compressed().graph();
    Tensor rounded =
        each.weightQuantization(graph).dequantize(graph.constants().get(each.weight()));
    Tensor weight =
        weights
            .counterpart(layer, rounded)
            .flatMap(node -> weights.value(node, 1, factor(node), rounded))
            .orElse(rounded);
    String initializer =
        rewriting.initializer(rewriting.freshName(each.weight() + "_float"), weight);
    rewriting.copyAs(
        each.product(),
        each.floatOperator(),
        List.of(each.quantizer().inputs().get(0), initializer),
        each.result().output());
  }

  private static float factor(Node original) {
    return original.is("Gemm") ? original.floatAttribute("alpha", 1) : 1;
  }
}
