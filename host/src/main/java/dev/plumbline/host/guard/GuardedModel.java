package dev.plumbline.host.guard;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.AppendedNodes;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.OwnMarginNodes;
import java.util.List;
import java.util.Map;

/**
 * A compressed model with one more output: a truth value for each input, whether its decision is
 * certain. It is the last of the outputs; the others are what they were.
 */
public final class GuardedModel {
  /** Name of the output. */
  public static final String OUTPUT = "certain";

  private GuardedModel() {}

  /**
   * Writes the output into the graph, and the guard into the metadata.
   *
   * @param compressed as it is read
   * @throws BadInputException if the model is guarded already, or its margin cannot be written as a
   *     graph
   */
  public static OnnxModel of(OnnxModel compressed, Guard guard) {
    requireUnguarded(compressed);
    AppendedNodes nodes = new AppendedNodes(compressed);
    String margins = OwnMarginNodes.of(nodes);
    String bound = nodes.constant(Tensor.ofFloats(new long[0], below(guard.rule().threshold())));
    String certain = nodes.node("Greater", List.of(margins, bound), Map.of());
    return nodes
        .withOutput(certain, OUTPUT, ElementType.BOOL)
        .withMetadata(Guard.METADATA, guard.text());
  }

  /**
   * The number below the threshold: what is above it is at least the threshold, in operators of
   * every opset, and not-a-number is not. A margin of a model's own decision is at least 0.
   */
  private static float below(float threshold) {
    return threshold == 0 ? -1 : Math.nextDown(threshold);
  }

  /**
   * @throws BadInputException if the model's margin cannot be written as a graph
   */
  public static void requireWritable(OnnxModel compressed) {
    OwnMarginNodes.of(new AppendedNodes(compressed));
  }

  /**
   * @throws BadInputException if the model has a guard, whose threshold is that of another model
   */
  public static void requireUnguarded(OnnxModel compressed) {
    if (compressed.metadata(Guard.METADATA).isPresent()) {
      throw new BadInputException(
          "model "
              + compressed.name()
              + " is guarded already, expected the compressed model that it was made from");
    }
  }

  /** A guarded model, read so that a row is one number: 1 where the decision is certain, else 0. */
  public static OnnxModel certainty(OnnxModel guarded) {
    return new ModelReading(guarded)
        .withRows(List.of(new RowOutput(OUTPUT, RowOutput.Read.NUMBERS)));
  }

  /** Whether a row of {@link #certainty} says that the decision is certain. */
  public static boolean isCertain(float[] row) {
    return row[0] != 0;
  }

  static void requireOutput(OnnxModel model) {
    boolean there =
        model.graph().outputs().stream()
            .anyMatch(
                output ->
                    output.name().equals(OUTPUT)
                        && output.elementType() == ElementType.BOOL.onnxNumber());
    if (!there) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has the metadata of a guard and no output "
              + OUTPUT
              + " of truth values, expected what 'guard --export' wrote");
    }
  }
}
