package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.AppendedNodes;
import dev.plumbline.host.onnx.RowNodes;
import dev.plumbline.host.onnx.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Writes the margin of a model for its own decision as nodes of its graph, of operators that every
 * runtime has. In float32 it is {@link Task#ownMargin} rounded, bit by bit: a difference of two
 * float32 is rounded once either way.
 */
public final class OwnMarginNodes {
  private OwnMarginNodes() {}

  /**
   * Adds the nodes.
   *
   * @return the margins: float32, one for each input
   * @throws BadInputException if no such graph can be written for the model's task
   */
  public static String of(AppendedNodes nodes) {
    Task task = Tasks.of(nodes.model());
    if (task instanceof Classification plain && plain.threshold().isEmpty()) {
      return aheadOfTheNext(nodes);
    }
    if (task instanceof MultiLabel labels) {
      return nearestThreshold(nodes, labels);
    }
    throw new BadInputException(
        "the margin of model "
            + nodes.model().name()
            + ", whose task is "
            + Tasks.words(task)
            + ", cannot be written as a graph: expected classification without a threshold, binary"
            + " or multi-label for --export");
  }

  /** The largest logit less the second largest. */
  private static String aheadOfTheNext(AppendedNodes nodes) {
    String two = nodes.largest(RowNodes.of(nodes), 2);
    return nodes.node("Sub", List.of(column(nodes, two, 0), column(nodes, two, 1)), Map.of());
  }

  /** The least distance of a class to its threshold: the smallest is the largest of negatives. */
  private static String nearestThreshold(AppendedNodes nodes, MultiLabel task) {
    String bounds = nodes.constant(Tensor.ofFloats(new long[] {1, task.classes()}, task.bounds()));
    String above = nodes.node("Sub", List.of(RowNodes.of(nodes), bounds), Map.of());
    String distances = nodes.node("Abs", List.of(above), Map.of());
    String negative = nodes.node("Neg", List.of(distances), Map.of());
    String nearest = column(nodes, nodes.largest(negative, 1), 0);
    return nodes.node("Neg", List.of(nearest), Map.of());
  }

  private static String column(AppendedNodes nodes, String rows, int column) {
    String index = nodes.constant(Tensor.ofLongs(new long[0], column));
    return nodes.node("Gather", List.of(rows, index), Map.of("axis", 1));
  }
}
