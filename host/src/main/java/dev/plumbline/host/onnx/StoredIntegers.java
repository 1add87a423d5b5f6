package dev.plumbline.host.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The integers of a DequantizeLinear as the model stores them: its input, or an initializer that
 * reaches it through nodes that only narrow or rename, as Brevitas writes a Clip behind its 4-bit
 * weights.
 *
 * @param initializer name of the stored integers
 * @param between nodes from the initializer to the DequantizeLinear, in order; each has one
 *     consumer
 * @param lowest smallest integer that passes all nodes unchanged
 * @param highest largest such integer
 */
public record StoredIntegers(String initializer, List<Node> between, long lowest, long highest) {
  private static final Set<String> PASSING = Set.of("Clip", "Cast", "Identity");

  /**
   * The integers behind a node.
   *
   * @return empty if the node's input is computed in another way, or a stored integer does not pass
   *     unchanged
   */
  public static Optional<StoredIntegers> of(Graph graph, Node dequantizer) {
    List<Node> between = new ArrayList<>();
    String name = dequantizer.inputs().get(0);
    while (graph.constant(name).isEmpty()) {
      Optional<Node> producer = graph.producer(name).filter(node -> passes(graph, node));
      if (producer.isEmpty()) {
        return Optional.empty();
      }
      between.add(0, producer.get());
      name = producer.get().inputs().get(0);
    }
    Tensor stored = graph.constant(name).orElseThrow();
    if (stored.type().isFloatingPoint()) {
      return Optional.empty();
    }
    long lowest = stored.type().lowest();
    long highest = stored.type().highest();
    for (Node node : between) {
      if (node.is("Clip")) {
        lowest = Math.max(lowest, bound(graph, node, 1, lowest));
        highest = Math.min(highest, bound(graph, node, 2, highest));
      } else if (node.is("Cast")) {
        ElementType type = castType(node).orElseThrow();
        lowest = Math.max(lowest, type.lowest());
        highest = Math.min(highest, type.highest());
      }
    }
    for (long integer : between.isEmpty() ? new long[0] : stored.longs()) {
      if (integer < lowest || integer > highest) {
        return Optional.empty();
      }
    }
    return Optional.of(new StoredIntegers(name, List.copyOf(between), lowest, highest));
  }

  private static boolean passes(Graph graph, Node node) {
    boolean known =
        node.domain().isEmpty()
            && PASSING.contains(node.operator())
            && graph.consumers(node.output()).size() == 1
            && !graph.isOutput(node.output());
    if (!known) {
      return false;
    }
    if (node.is("Cast")) {
      return castType(node).filter(ElementType::isQuantized).isPresent();
    }
    for (int i = 1; i < node.inputs().size(); i++) {
      if (node.input(i).isPresent() && node.input(i).flatMap(graph::constant).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Optional<ElementType> castType(Node node) {
    return ElementType.of(Math.toIntExact(node.intAttribute("to", 0)));
  }

  private static long bound(Graph graph, Node clip, int position, long otherwise) {
    return clip.input(position).flatMap(graph::constant).map(t -> t.longs()[0]).orElse(otherwise);
  }

  /** Whether nodes stand between, which may narrow what the initializer's type holds. */
  public boolean isNarrowed() {
    return !between.isEmpty();
  }

  /** Integers of the initializer's type, brought to the nearest ones that pass. */
  public Tensor clamp(Tensor integers) {
    long[] values = integers.longs();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(lowest, Math.min(highest, values[i]));
    }
    return Tensor.ofIntegers(integers.type(), integers.dims(), values);
  }
}
