package dev.plumbline.host.autograd;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which scales of a quantized graph can be trained, and which have to stay one. The scale of a
 * quantized bias is no number of its own: integer kernels take the product of the scales of input
 * and weight for it, so it follows from them.
 */
final class ScaleGroups {
  /** Relative difference of a bias' scale to the product that it stands for: float rounding. */
  private static final double SAME_PRODUCT = 1e-5;

  /**
   * What the scale of a bias is the product of.
   *
   * @param input scale of the input, one number
   * @param weight scale of the weight, as many numbers as the bias' own
   */
  record Product(String input, String weight) {}

  private final Graph graph;
  private final Map<String, ParameterKind> trained;
  private final Map<String, String> parents = new LinkedHashMap<>();
  private final Map<String, Product> products = new LinkedHashMap<>();
  private final Set<String> fixed = new HashSet<>();

  private ScaleGroups(Graph graph, Map<String, ParameterKind> trained) {
    this.graph = graph;
    this.trained = trained;
  }

  /**
   * @param trained kinds of the initializers that training changes
   */
  static ScaleGroups of(Graph graph, Map<String, ParameterKind> trained) {
    ScaleGroups groups = new ScaleGroups(graph, trained);
    graph.scoreNodes().forEach(groups::collect);
    graph.scoreNodes().forEach(groups::tie);
    graph.scoreNodes().forEach(groups::bias);
    graph.nodes().forEach(groups::fixOtherUses);
    groups.fixUnlike();
    return groups;
  }

  /** Names of initializers that hold one and the same scale, by the one that stands for all. */
  Map<String, List<String>> groups() {
    Map<String, List<String>> members = new LinkedHashMap<>();
    for (String name : parents.keySet()) {
      members.computeIfAbsent(root(name), r -> new ArrayList<>()).add(name);
    }
    members.values().removeIf(names -> names.stream().anyMatch(fixed::contains));
    return members;
  }

  /**
   * The scales of biases, by name of the initializer; one factor of each can be trained at least.
   */
  Map<String, Product> products() {
    return products;
  }

  private static Optional<String> scaleOf(Node node) {
    return node.quantizes() || node.dequantizes() ? node.input(1) : Optional.empty();
  }

  private void collect(Node node) {
    scaleOf(node)
        .filter(name -> graph.constant(name).filter(t -> t.type() == ElementType.FLOAT).isPresent())
        .filter(name -> !isBias(node))
        .ifPresent(
            name -> {
              parents.putIfAbsent(name, name);
              if (node.intAttribute("block_size", 0) != 0 || !isFused(node)) {
                fixed.add(name);
              }
            });
  }

  private boolean isBias(Node node) {
    return node.dequantizes()
        && graph
            .constant(node.inputs().get(0))
            .filter(t -> t.type() == ElementType.INT32)
            .isPresent();
  }

  /** Whether quantizing and dequantizing happen in one, so that one scale serves both. */
  private boolean isFused(Node node) {
    if (node.quantizes()) {
      List<Node> consumers = graph.consumers(node.output());
      return !graph.isOutput(node.output())
          && !consumers.isEmpty()
          && consumers.stream().allMatch(c -> quantizerBefore(graph, c).isPresent());
    }
    return trained.containsKey(node.inputs().get(0)) || quantizerBefore(graph, node).isPresent();
  }

  /** The QuantizeLinear before a DequantizeLinear of the same parameters. */
  static Optional<Node> quantizerBefore(Graph graph, Node node) {
    if (!node.dequantizes()) {
      return Optional.empty();
    }
    return graph
        .producer(node.inputs().get(0))
        .filter(Node::quantizes)
        .filter(p -> sameConstant(graph, p, node, 1) && sameConstant(graph, p, node, 2))
        .filter(p -> p.intAttribute("axis", 1) == node.intAttribute("axis", 1))
        .filter(p -> p.intAttribute("block_size", 0) == node.intAttribute("block_size", 0));
  }

  private static boolean sameConstant(Graph graph, Node a, Node b, int position) {
    if (a.input(position).equals(b.input(position))) {
      return true;
    }
    Optional<Tensor> first = a.input(position).flatMap(graph::constant);
    Optional<Tensor> second = b.input(position).flatMap(graph::constant);
    return first.isPresent()
        && second.isPresent()
        && first.get().type() == second.get().type()
        && first.get().buffer().equals(second.get().buffer());
  }

  /**
   * One scale where a value is quantized and dequantized, and across operators that move numbers:
   * runtimes skip the rounding between equal scales.
   */
  private void tie(Node node) {
    quantizerBefore(graph, node).ifPresent(q -> join(q.inputs().get(1), node.inputs().get(1)));
    if (!node.quantizes()) {
      return;
    }
    Optional<Node> before = graph.producer(node.inputs().get(0));
    while (before.filter(Node::movesNumbers).isPresent()) {
      before = graph.producer(before.get().inputs().get(0));
    }
    before
        .filter(Node::dequantizes)
        .filter(d -> sameConstant(graph, d, node, 1) && sameConstant(graph, d, node, 2))
        .ifPresent(d -> join(d.inputs().get(1), node.inputs().get(1)));
  }

  private void join(String a, String b) {
    if (parents.containsKey(a) && parents.containsKey(b)) {
      parents.put(root(b), root(a));
    }
  }

  private String root(String name) {
    String at = name;
    while (!parents.get(at).equals(at)) {
      at = parents.get(at);
    }
    return at;
  }

  /** A quantized bias fixes the scales of its node, unless its own can follow them. */
  private void bias(Node node) {
    Optional<Node> bias = dequantizer(node, 2).filter(this::isBias);
    if (bias.isEmpty()) {
      return;
    }
    Optional<String> input = dequantizer(node, 0).flatMap(d -> d.input(1));
    Optional<String> weight = dequantizer(node, 1).flatMap(d -> d.input(1));
    String own = bias.get().inputs().get(1);
    if (input.isPresent() && weight.isPresent()) {
      Product product = new Product(input.get(), weight.get());
      boolean same = products.getOrDefault(own, product).equals(product);
      if (same && isProduct(own, product)) {
        products.put(own, product);
        return;
      }
    }
    input.ifPresent(fixed::add);
    weight.ifPresent(fixed::add);
    Optional.ofNullable(products.remove(own))
        .ifPresent(p -> fixed.addAll(List.of(p.input(), p.weight())));
  }

  private Optional<Node> dequantizer(Node node, int position) {
    return node.input(position).flatMap(graph::producer).filter(Node::dequantizes);
  }

  private boolean isProduct(String own, Product product) {
    Optional<Tensor> scale = graph.constant(own);
    Optional<Tensor> input = graph.constant(product.input()).filter(t -> t.size() == 1);
    Optional<Tensor> weight = graph.constant(product.weight());
    if (scale.isEmpty()
        || input.isEmpty()
        || weight.isEmpty()
        || scale.get().size() != weight.get().size()) {
      return false;
    }
    float[] found = scale.get().floats();
    float[] factors = weight.get().floats();
    for (int i = 0; i < found.length; i++) {
      double expected = (double) input.get().floats()[0] * factors[i];
      if (!(Math.abs(found[i] - expected) <= SAME_PRODUCT * expected)) {
        return false;
      }
    }
    return true;
  }

  /** A scale that something else reads too stays as it is. */
  private void fixOtherUses(Node node) {
    for (int i = 0; i < node.inputs().size(); i++) {
      String name = node.inputs().get(i);
      boolean asScale = i == 1 && scaleOf(node).isPresent() && !isBias(node);
      if (parents.containsKey(name) && !asScale) {
        fixed.add(name);
      }
    }
  }

  private void fixUnlike() {
    for (String name : parents.keySet()) {
      Tensor own = graph.constant(name).orElseThrow();
      Tensor shared = graph.constant(root(name)).orElseThrow();
      if (!Arrays.equals(own.floats(), shared.floats())) {
        fixed.add(name);
      }
    }
  }
}
