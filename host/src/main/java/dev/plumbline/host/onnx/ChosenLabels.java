package dev.plumbline.host.onnx;

import java.util.List;
import java.util.Optional;

/**
 * Labels that an ArgMax at the end of a graph chooses from scores.
 *
 * @param scores the value that it chooses from
 * @param classes how many scores it chooses among
 * @param last whether they are the last dimension of {@code scores}; else the second
 */
public record ChosenLabels(String scores, int classes, boolean last) {
  private static final int RANK = 4;

  /**
   * Of an output; empty where it does not end in an ArgMax over the second or the last of four
   * dimensions, or where the number of classes is not found.
   */
  public static Optional<ChosenLabels> of(OnnxModel model, ValueInfo output) {
    Optional<Node> node = OutputReading.maker(model.graph(), output.name());
    if (node.isEmpty()
        || !node.get().is("ArgMax")
        || node.get().intAttribute("select_last_index", 0) != 0) {
      return Optional.empty();
    }
    String scores = node.get().inputs().get(0);
    long[] dims = ValueShapes.of(model, List.of(scores)).get(scores);
    if (dims == null || dims.length != RANK) {
      return Optional.empty();
    }
    long axis = node.get().intAttribute("axis", 0);
    long from = axis < 0 ? axis + RANK : axis;
    return from == 1 || from == RANK - 1
        ? Optional.of(new ChosenLabels(scores, (int) dims[(int) from], from != 1))
        : Optional.empty();
  }
}
