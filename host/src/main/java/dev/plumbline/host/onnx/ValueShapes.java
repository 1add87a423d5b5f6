package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shapes of floating-point values within a graph, found by running it on zeros. */
public final class ValueShapes {
  private ValueShapes() {}

  /**
   * The shapes for one batch and one size of the model's input.
   *
   * @param values names of values in the graph
   * @return dimensions by name; none where the model does not run, or a value is not of floats
   */
  static Map<String, long[]> of(OnnxModel model, List<String> values) {
    return bySize(model, values, 1).stream().findFirst().orElse(Map.of());
  }

  /** The shapes for some sizes of the input, fewer than asked for where it takes fewer. */
  private static List<Map<String, long[]>> bySize(OnnxModel model, List<String> values, int sizes) {
    ValueInfo input = model.graph().input();
    int batch = Math.max(1, input.fixedBatch());
    List<Map<String, long[]>> found = new ArrayList<>();
    for (long size : RunProbe.SIZES) {
      if (found.size() == sizes) {
        break;
      }
      try (RuntimeValues runtime = RuntimeValues.open(model.inlined(), values)) {
        found.add(runtime.shapes(RunProbe.dims(input, batch, size)));
      } catch (BadInputException e) {
        // Another size may fit; a model that takes none shows no shapes.
      }
    }
    return found;
  }

  /**
   * An output with the dimensions behind the batch that are the same whatever the size of the
   * input, where the graph leaves them open; it is not run where all are known.
   */
  public static ValueInfo settled(OnnxModel model, ValueInfo output) {
    List<Long> dims = output.dims();
    if (dims.stream().skip(1).noneMatch(d -> d < 0)) {
      return output;
    }
    boolean anySize = model.graph().input().dims().stream().skip(1).anyMatch(d -> d < 0);
    List<long[]> shown =
        bySize(model, List.of(output.name()), anySize ? 2 : 1).stream()
            .map(shapes -> shapes.get(output.name()))
            .filter(shape -> shape != null && shape.length == dims.size())
            .toList();
    return shown.isEmpty() || shown.size() < (anySize ? 2 : 1) ? output : output.settled(shown);
  }

  /**
   * Outputs with the last dimension that a run shows, where the graph leaves that open; it is not
   * run where all are known.
   */
  public static List<ValueInfo> resolved(OnnxModel model, List<ValueInfo> outputs) {
    List<String> open =
        outputs.stream().filter(ValueShapes::endsOpen).map(ValueInfo::name).toList();
    if (open.isEmpty()) {
      return outputs;
    }
    Map<String, long[]> shapes = of(model, open);
    List<ValueInfo> resolved = new ArrayList<>();
    for (ValueInfo output : outputs) {
      long[] shown = shapes.get(output.name());
      resolved.add(
          shown != null && shown.length == output.dims().size() ? output.ending(shown) : output);
    }
    return resolved;
  }

  private static boolean endsOpen(ValueInfo output) {
    List<Long> dims = output.dims();
    return dims.size() > 1 && dims.get(dims.size() - 1) < 0;
  }
}
