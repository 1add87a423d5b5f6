package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeValues;
import dev.plumbline.host.onnx.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a float model costs.
 *
 * @param parameters numbers in its floating-point constants
 * @param bytes of its file
 * @param multiplyAccumulates of its convolutions and products with constant weights, for one
 *     picture
 */
public record ModelCost(long parameters, long bytes, long multiplyAccumulates) {
  /**
   * Counts.
   *
   * @param inputDims dimensions of the input, batch first
   * @throws dev.plumbline.host.BadInputException if ONNX Runtime cannot run the model on them
   */
  public static ModelCost of(OnnxModel model, long... inputDims) {
    return of(model, shapes(model, inputDims), inputDims[0]);
  }

  static ModelCost of(OnnxModel model, Map<String, long[]> shapes, long batch) {
    Graph graph = model.graph();
    long parameters =
        graph.constants().values().stream()
            .filter(t -> t.type().isFloatingPoint())
            // A copy of a constant is the same tensor.
            .distinct()
            .mapToLong(Tensor::size)
            .sum();
    long products = 0;
    for (Node node : graph.nodes()) {
      if (shapes.containsKey(node.output())) {
        products += elements(shapes.get(node.output())) * perElement(graph, node);
      }
    }
    return new ModelCost(parameters, model.bytes().length, products / batch);
  }

  private static long perElement(Graph graph, Node node) {
    return switch (node.operator()) {
      case "Conv", "Gemm", "MatMul" ->
          node.input(1).flatMap(graph::constant).map(w -> perElement(node, w.dims())).orElse(0L);
      default -> 0;
    };
  }

  private static long perElement(Node node, long[] dims) {
    return switch (node.operator()) {
      case "Conv" -> elements(dims) / dims[0];
      case "Gemm" -> dims[node.intAttribute("transB", 0) == 0 ? 0 : 1];
      default -> dims[Math.max(0, dims.length - 2)];
    };
  }

  private static long elements(long[] dims) {
    return Arrays.stream(dims).reduce(1, Math::multiplyExact);
  }

  /** Dimensions of all float values of a model, its input among them. */
  static Map<String, long[]> shapes(OnnxModel model, long... inputDims) {
    List<String> computed =
        model.graph().nodes().stream()
            .flatMap(node -> node.outputs().stream())
            .filter(name -> !name.isEmpty())
            .toList();
    try (RuntimeValues runtime = RuntimeValues.open(model, computed)) {
      Map<String, long[]> shapes = runtime.shapes(inputDims);
      shapes.put(model.graph().input().name(), inputDims);
      return shapes;
    }
  }
}
