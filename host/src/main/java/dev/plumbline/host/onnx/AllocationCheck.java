package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Refuses a model that says in a few bytes to make a tensor which no machine holds. What computes
 * it would ask for the memory and be killed for using it. Looked at are operators whose results are
 * larger than what goes in, as far as constants of the model say how large; sizes that a model
 * computes from its input are not known here.
 */
final class AllocationCheck {
  /** As many as an initializer may have. */
  private static final long MOST_ELEMENTS = Integer.MAX_VALUE / 8;

  /** More than any tensor has; further growth does not count. */
  private static final double ENDLESS = 1e300;

  /** Results are at least as large as the largest of the inputs. */
  private static final Set<String> LIKE_INPUTS =
      Set.of(
          "Identity",
          "Relu",
          "Sigmoid",
          "Tanh",
          "Neg",
          "Abs",
          "Exp",
          "Log",
          "Sqrt",
          "Erf",
          "Cast",
          "Add",
          "Sub",
          "Mul",
          "Div",
          "Pow",
          "Min",
          "Max",
          "Sum",
          "Where",
          "Clip",
          "Softmax",
          "Reshape",
          "Flatten",
          "Transpose",
          "Squeeze",
          "Unsqueeze",
          "QuantizeLinear",
          "DequantizeLinear",
          "Dropout");

  private final Graph graph;

  /** Elements that a value has at least, of one picture. */
  private final Map<String, Double> least = new HashMap<>();

  private AllocationCheck(Graph graph) {
    this.graph = graph;
    graph.constants().forEach((name, tensor) -> least.put(name, (double) tensor.size()));
  }

  /**
   * Looks at a graph.
   *
   * @throws BadInputException naming the node that makes too much
   */
  static void graph(Graph graph) {
    AllocationCheck check = new AllocationCheck(graph);
    graph.nodes().forEach(check::node);
  }

  private void node(Node node) {
    double elements = elements(node);
    if (elements > MOST_ELEMENTS) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "node %s (%s) makes a tensor of %,.0f elements or more, expected at most %,d",
              node.name(),
              node.operator(),
              elements,
              MOST_ELEMENTS));
    }
    node.outputs().forEach(output -> least.put(output, elements));
  }

  private double elements(Node node) {
    return switch (node.operator()) {
      case "ConstantOfShape" -> product(constant(node, 0), 0);
      case "Expand" -> Math.max(input(node, 0), product(constant(node, 1), 0));
      case "Tile" -> bounded(input(node, 0) * product(constant(node, 1), 0));
      case "Resize", "Upsample" -> resized(node);
      case "Pad" -> Math.max(input(node, 0), product(padded(node), 1));
      case "OneHot" -> bounded(input(node, 0) * product(constant(node, 1), 0));
      case "Range" -> range(node);
      case "RandomNormal", "RandomUniform" -> product(whole(node, "shape"), 0);
      case "Concat" -> bounded(all(node).mapToDouble(Double::doubleValue).sum());
      default ->
          LIKE_INPUTS.contains(node.operator())
              ? all(node).mapToDouble(Double::doubleValue).max().orElse(1)
              : 1;
    };
  }

  private Stream<Double> all(Node node) {
    return node.inputs().stream().map(name -> least.getOrDefault(name, 1.0));
  }

  private double input(Node node, int index) {
    return node.input(index).map(name -> least.getOrDefault(name, 1.0)).orElse(1.0);
  }

  private Optional<double[]> constant(Node node, int index) {
    return node.input(index).flatMap(graph::constant).map(AllocationCheck::numbers);
  }

  private static Optional<double[]> whole(Node node, String attribute) {
    return node.intsAttribute(attribute).map(LongStream::of).map(s -> s.asDoubleStream().toArray());
  }

  /** Sizes of a shape; what holds more numbers than a shape has dimensions is none. */
  private static double[] numbers(Tensor tensor) {
    if (tensor.size() > 64) {
      return new double[0];
    }
    return switch (tensor.type()) {
      case INT64, INT32 -> LongStream.of(tensor.longs()).asDoubleStream().toArray();
      case FLOAT -> doubles(tensor.floats());
      default -> new double[0];
    };
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /**
   * 1 where the sizes are not known; a size below 1 is refused elsewhere, or stands for another.
   */
  private static double product(Optional<double[]> sizes, double more) {
    double product = 1;
    for (double size : sizes.orElse(new double[0])) {
      product = bounded(product * Math.max(1, size + more));
    }
    return product;
  }

  private static double bounded(double elements) {
    return Math.min(ENDLESS, elements);
  }

  /** Of newer ones the sizes are the fourth input, or scales the third; of Upsample the second. */
  private double resized(Node node) {
    int scales = node.operator().equals("Upsample") || node.inputs().size() == 2 ? 1 : 2;
    Optional<double[]> by =
        constant(node, scales)
            .or(() -> node.floatsAttribute("scales").map(AllocationCheck::doubles));
    double byScales = bounded(input(node, 0) * product(by, 0));
    return Math.max(byScales, product(constant(node, 3), 0));
  }

  /** What is put before and after, for each axis. */
  private Optional<double[]> padded(Node node) {
    return constant(node, 1)
        .or(() -> whole(node, "pads"))
        .map(
            pads -> {
              double[] sums = new double[pads.length / 2];
              for (int axis = 0; axis < sums.length; axis++) {
                sums[axis] = Math.max(0, pads[axis]) + Math.max(0, pads[axis + sums.length]);
              }
              return sums;
            });
  }

  private double range(Node node) {
    List<Optional<double[]>> parts =
        List.of(constant(node, 0), constant(node, 1), constant(node, 2));
    if (parts.stream().anyMatch(part -> part.isEmpty() || part.get().length != 1)) {
      return 1;
    }
    double count = (parts.get(1).get()[0] - parts.get(0).get()[0]) / parts.get(2).get()[0];
    return Double.isFinite(count) ? bounded(Math.max(1, count)) : 1;
  }
}
