package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From which boxes and scores a graph chooses objects by NonMaxSuppression: the last values before
 * it that hold all boxes, and not those that a threshold has let pass.
 *
 * @param boxes the value with all boxes, N x boxes x 4, or without the N
 * @param scores the value with all scores, N x boxes x classes or N x classes x boxes, or without
 *     the N
 * @param classesFirst whether the classes of {@code scores} come before the boxes
 * @param classes how many there are; a background counts as one that is never chosen
 * @param hasBackground whether the first class is none
 * @param bestOnly whether a box can be an object of its best class alone
 * @param overlap intersection over union above which the less sure one of two boxes is dropped
 * @param least score that a box has to be above
 * @param ofCentres whether a box is its centre, width and height
 */
public record ObjectChoice(
    String boxes,
    String scores,
    boolean classesFirst,
    int classes,
    boolean hasBackground,
    boolean bestOnly,
    float overlap,
    float least,
    boolean ofCentres) {
  private static final String OPERATOR = "NonMaxSuppression";

  /** Whose outputs have as many elements as their numbers say. */
  private static final Set<String> CHOOSING =
      Set.of(OPERATOR, "NonZero", "TopK", "Compress", "Unique", "Loop", "If", "Scan");

  /** Which take numbers from their first input, as the others say. */
  private static final Set<String> PICKING =
      Set.of(
          "Gather",
          "GatherND",
          "GatherElements",
          "Slice",
          "Reshape",
          "Expand",
          "Squeeze",
          "Unsqueeze",
          "Split",
          "Compress",
          "TopK",
          "Pad");

  /** What makes boxes or scores of other numbers: behind a choice, all of them are nowhere. */
  private static final Set<String> MAKING =
      Set.of("Exp", "Sigmoid", "Softmax", "Conv", "Gemm", "MatMul", "RoiAlign");

  /** Values that are looked at from NonMaxSuppression upwards. */
  private static final int NEAR = 120;

  private static List<Node> choosers(OnnxModel model) {
    return nodes(model.graph()).stream().filter(node -> node.is(OPERATOR)).toList();
  }

  /** Nodes in the order of computation, those of branches before the node that branches. */
  private static List<Node> nodes(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      node.proto().getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .flatMap(attribute -> attribute.getG().getNodeList().stream())
          .forEach(inner -> nodes.add(new Node(inner, node.index())));
      nodes.add(node);
    }
    return nodes;
  }

  /** Whether a graph chooses objects. */
  public static boolean isIn(OnnxModel model) {
    return !choosers(model).isEmpty();
  }

  /**
   * Empty where a graph has no NonMaxSuppression or several, or what it chooses from is not found.
   */
  public static Optional<ObjectChoice> of(OnnxModel model) {
    List<Node> choosers = choosers(model);
    return choosers.size() == 1 && choosers.get(0).inputs().size() > 1
        ? new Search(model, choosers.get(0)).choice()
        : Optional.empty();
  }

  /** What the only NonMaxSuppression takes, for messages; empty where there are several. */
  public static String inputs(OnnxModel model) {
    List<Node> choosers = choosers(model);
    return choosers.size() == 1 && choosers.get(0).inputs().size() > 1
        ? " (" + String.join(" and ", choosers.get(0).inputs().subList(0, 2)) + ")"
        : "";
  }

  private static final class Search {
    private final Graph graph;
    private final Node chooser;
    private final List<Node> nodes;
    private final Map<String, Node> producers = new HashMap<>();
    private final Set<String> chosen;
    private final Set<Node> compared;
    private final List<String> nearBoxes;
    private final List<String> nearScores;
    private final Map<String, long[]> shapes;

    Search(OnnxModel model, Node chooser) {
      this.graph = model.graph();
      this.chooser = chooser;
      this.nodes = nodes(graph);
      nodes.forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
      this.chosen = chosen();
      this.nearBoxes = before(chooser.inputs().get(0));
      this.nearScores = before(chooser.inputs().get(1));
      this.compared = compared();
      Set<String> values = new LinkedHashSet<>(nearBoxes);
      values.addAll(nearScores);
      this.shapes = ValueShapes.of(model, List.copyOf(values));
    }

    /** Values that hold what a node chose by their numbers. */
    private Set<String> chosen() {
      Set<String> values = new LinkedHashSet<>();
      for (Node node : nodes) {
        if (CHOOSING.contains(node.operator())
            || node.inputs().stream().anyMatch(values::contains)) {
          values.addAll(node.outputs());
        }
      }
      return values;
    }

    /** Values of the graph that a value is made of, the nearest first, none that is chosen. */
    private List<String> before(String value) {
      List<String> found = new ArrayList<>();
      Set<String> seen = new LinkedHashSet<>(List.of(value));
      Deque<String> open = new ArrayDeque<>(seen);
      while (!open.isEmpty() && found.size() < NEAR) {
        String next = open.remove();
        Optional<Node> maker = producer(next);
        if (chosen.contains(next) && maker.filter(m -> MAKING.contains(m.operator())).isPresent()) {
          return List.of();
        }
        if (!chosen.contains(next) && graph.producer(next).isPresent()) {
          found.add(next);
        }
        maker.ifPresent(node -> data(node).stream().filter(seen::add).forEach(open::add));
      }
      return found;
    }

    private Optional<Node> producer(String value) {
      return Optional.ofNullable(producers.get(value));
    }

    /** What a node takes its numbers from; not the places from which, nor shapes. */
    private static List<String> data(Node node) {
      List<String> inputs = ofFirst(node) ? node.inputs().subList(0, 1) : node.inputs();
      return inputs.stream().filter(input -> !input.isEmpty()).toList();
    }

    private static boolean ofFirst(Node node) {
      return PICKING.contains(node.operator()) && !node.inputs().isEmpty();
    }

    /** Nodes that compare what NonMaxSuppression's scores are made of. */
    private Set<Node> compared() {
      Set<Node> nodes = new LinkedHashSet<>();
      Deque<String> open = new ArrayDeque<>(List.of(chooser.inputs().get(1)));
      Set<String> seen = new LinkedHashSet<>(open);
      while (!open.isEmpty()) {
        Optional<Node> node = producer(open.remove());
        if (node.isPresent() && chosen.containsAll(node.get().outputs())) {
          node.get().inputs().stream().filter(seen::add).forEach(open::add);
        } else if (node.filter(n -> n.operator().startsWith("Greater")).isPresent()) {
          nodes.add(node.get());
        }
      }
      return nodes;
    }

    Optional<ObjectChoice> choice() {
      for (String boxes : nearBoxes) {
        long[] dims = ofOneInput(boxes);
        if (dims.length == 2 && dims[1] == 4 && dims[0] > 1) {
          return choice(boxes, dims[0]);
        }
      }
      return Optional.empty();
    }

    private Optional<ObjectChoice> choice(String boxes, long count) {
      for (String scores : nearScores) {
        long[] dims = ofOneInput(scores);
        boolean first = dims.length == 2 && dims[1] == count && dims[0] != count;
        if (first || dims.length == 2 && dims[0] == count && dims[1] != count) {
          boolean softmax =
              OutputReading.maker(graph, scores).filter(node -> node.is("Softmax")).isPresent();
          return Optional.of(
              new ObjectChoice(
                  boxes,
                  scores,
                  first,
                  (int) dims[first ? 0 : 1],
                  softmax,
                  !scores.equals(chooser.inputs().get(1)) && isReduced(scores),
                  number(chooser, 3, 0),
                  Math.max(number(chooser, 4, 0), threshold()),
                  chooser.intAttribute("center_point_box", 0) == 1));
        }
      }
      return Optional.empty();
    }

    /** Whether only the best of each box's scores goes on. */
    private boolean isReduced(String scores) {
      return nearScores.stream()
          .flatMap(value -> graph.producer(value).stream())
          .anyMatch(node -> node.is("ReduceMax") && node.inputs().get(0).equals(scores));
    }

    /** What scores are compared with before NonMaxSuppression sees them; 0 where nothing is. */
    private float threshold() {
      float largest = 0;
      for (Node node : compared) {
        float least = number(node, 1, 0);
        largest = least < 1 ? Math.max(largest, least) : largest;
      }
      return largest;
    }

    private Optional<Tensor> constant(String name) {
      return graph
          .constant(name)
          .or(
              () ->
                  producer(name)
                      .filter(node -> node.is("Constant"))
                      .flatMap(node -> node.tensorAttribute("value")));
    }

    private float number(Node node, int input, float otherwise) {
      return node.input(input)
          .flatMap(this::constant)
          .filter(tensor -> tensor.size() == 1 && tensor.type().isFloatingPoint())
          .map(tensor -> tensor.floats()[0])
          .orElse(otherwise);
    }

    /** Dimensions behind that of the batch, where there is one. */
    private long[] ofOneInput(String value) {
      long[] dims = shapes.getOrDefault(value, new long[0]);
      // Of two dimensions a first one of 1 is the batch too, as of the best scores alone.
      boolean batched = dims.length == 3 || dims.length == 2;
      return batched && dims[0] == 1 ? Arrays.copyOfRange(dims, 1, dims.length) : dims;
    }
  }
}
