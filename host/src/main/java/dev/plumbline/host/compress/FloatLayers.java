package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Layers of a float model with other weights than the original's, as a pruned one. */
final class FloatLayers extends CompressedLayers {
  private final OnnxModel folded;
  private final Map<String, Map<String, Tensor>> originals = new LinkedHashMap<>();
  private final Map<String, String> operators = new LinkedHashMap<>();

  FloatLayers(OnnxModel compressed, OriginalWeights weights) {
    super(compressed);
    // Normalisation that was trained on after pruning belongs to the layer before it.
    folded = BatchNormFolding.fold(compressed);
    Graph graph = folded.graph();
    LayerNames.of(graph)
        .forEach(
            (node, name) -> {
              Map<String, Tensor> values = ofOriginal(graph, node, name, weights);
              if (!values.isEmpty()) {
                originals.put(name, values);
                operators.put(name, node.operator());
              }
            });
  }

  private static Map<String, Tensor> ofOriginal(
      Graph graph, Node node, String name, OriginalWeights weights) {
    Map<String, Tensor> values = new HashMap<>();
    Optional<Tensor> own =
        node.is("Conv") || node.is("Gemm") || node.is("MatMul")
            ? constant(graph, node, 1)
            : Optional.empty();
    Optional<Node> layer = own.flatMap(w -> weights.counterpart(name, w));
    for (int i = 1; i < node.inputs().size() && layer.isPresent(); i++) {
      int position = i;
      constant(graph, node, position)
          .flatMap(like -> weights.value(layer.get(), position, 1, like))
          .ifPresent(value -> values.put(node.inputs().get(position), value));
    }
    boolean same =
        values.entrySet().stream()
            .allMatch(
                e ->
                    Arrays.equals(
                        e.getValue().floats(), graph.constants().get(e.getKey()).floats()));
    return same ? Map.of() : values;
  }

  private static Optional<Tensor> constant(Graph graph, Node node, int position) {
    return node.input(position).flatMap(graph::constant).filter(t -> t.type() == ElementType.FLOAT);
  }

  @Override
  public Map<String, String> operators() {
    return operators;
  }

  @Override
  OnnxModel write(Set<String> floatLayers) {
    Map<String, Tensor> changed = new HashMap<>();
    floatLayers.forEach(layer -> changed.putAll(originals.get(layer)));
    return folded.withConstants(changed);
  }
}
