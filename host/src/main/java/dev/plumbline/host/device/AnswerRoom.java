package dev.plumbline.host.device;

import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How many inputs run at once on a device, so that what they put out fits into one answer. */
final class AnswerRoom {
  /** Of the outputs in an answer: more would only cost memory, on the device and here. */
  private static final long ENOUGH = 16 << 20;

  private final long bytes;

  /**
   * @param most bytes of outputs that the device puts into an answer; 0 if it does not say
   */
  AnswerRoom(long most) {
    this.bytes = most > 0 ? Math.min(most, ENOUGH) : ENOUGH;
  }

  /**
   * @param batch inputs that would run at once without this bound
   * @param each bytes of outputs of one input
   * @return at least 1
   */
  int together(int batch, long each) {
    return (int) Math.max(1, Math.min(batch, bytes / Math.max(1, each)));
  }

  /**
   * Bytes of a model's outputs for one input, from what its graph declares.
   *
   * @param outputs names of those that the device returns
   * @return empty where the graph leaves open more than the number of inputs
   */
  static OptionalLong declared(OnnxModel model, List<String> outputs) {
    double sum = 0;
    for (ValueInfo output : model.graph().outputs()) {
      if (!outputs.contains(output.name())) {
        continue;
      }
      Optional<List<Long>> shape = output.shape();
      if (shape.isEmpty() || shape.get().stream().skip(1).anyMatch(dim -> dim <= 0)) {
        return OptionalLong.empty();
      }
      double bytes =
          ElementType.of(output.elementType()).orElse(ElementType.FLOAT).bits()
              / (double) Byte.SIZE;
      for (long dim : shape.get().subList(Math.min(1, shape.get().size()), shape.get().size())) {
        bytes *= dim;
      }
      sum += bytes;
    }
    // A graph may declare more than any number holds; the largest long stands for it.
    return OptionalLong.of((long) Math.ceil(sum));
  }

  /** Bytes of outputs for one input, as a device gave them for it. */
  static long measured(Collection<Tensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.buffer().remaining()).sum();
  }
}
