package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Element types of a graph's values in the model, which arrays do not tell: whole numbers are
 * floating-point there.
 */
final class ElementTypes {
  private final Map<String, ElementType> types = new HashMap<>();

  ElementTypes(Graph graph) {
    ElementType.of(graph.input().elementType())
        .ifPresent(type -> types.put(graph.input().name(), type));
    graph.constants().forEach((name, tensor) -> types.put(name, tensor.type()));
    graph.fixedInputs().forEach((name, tensor) -> types.put(name, tensor.type()));
    for (Node node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        String name = node.outputs().get(i);
        output(node, i).ifPresent(type -> types.put(name, type));
      }
    }
  }

  /** A value's type, if it is known and Plumbline computes with it. */
  Optional<ElementType> of(String value) {
    return Optional.ofNullable(types.get(value));
  }

  private Optional<ElementType> output(Node node, int position) {
    if (!node.domain().isEmpty()) {
      return Optional.empty();
    }
    if (position > 0) {
      return switch (node.operator()) {
        case "TopK", "MaxPool", "Unique" -> Optional.of(ElementType.INT64);
        case "Dropout" -> Optional.of(ElementType.BOOL);
        case "DynamicQuantizeLinear" ->
            Optional.of(position == 1 ? ElementType.FLOAT : ElementType.UINT8);
        default -> input(node, 0);
      };
    }
    return switch (node.operator()) {
      case "Shape", "Size", "ArgMax", "ArgMin", "NonZero" -> Optional.of(ElementType.INT64);
      case "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual" ->
          Optional.of(ElementType.BOOL);
      case "And", "Or", "Xor", "Not", "IsNaN", "IsInf" -> Optional.of(ElementType.BOOL);
      case "ConvInteger", "MatMulInteger" -> Optional.of(ElementType.INT32);
      case "DequantizeLinear" -> Optional.of(ElementType.FLOAT);
      case "DynamicQuantizeLinear" -> Optional.of(ElementType.UINT8);
      case "QuantizeLinear" -> input(node, 2).or(() -> Optional.of(ElementType.UINT8));
      case "Cast" -> ElementType.of((int) Math.min(node.intAttribute("to", 0), Integer.MAX_VALUE));
      case "CastLike", "Where" -> input(node, 1);
      case "OneHot" -> input(node, 2);
      case "ConstantOfShape" ->
          Optional.of(node.tensorAttribute("value").map(Tensor::type).orElse(ElementType.FLOAT));
      default -> input(node, 0);
    };
  }

  private Optional<ElementType> input(Node node, int position) {
    return node.input(position).flatMap(this::of);
  }
}
