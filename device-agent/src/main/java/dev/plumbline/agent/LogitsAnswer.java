package dev.plumbline.agent;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The answer of version 1: as many numbers for each picture, made of one output of a floating-point
 * type. Dimensions of 1 carry nothing. Hosts of version 2 read outputs themselves.
 */
final class LogitsAnswer {
  /** In one answer: 1,000 classes for 1,024 pictures and some. */
  private static final int MAX_LOGITS = 1 << 20;

  private LogitsAnswer() {}

  /**
   * @param parts of the output
   * @param count pictures in the batch
   * @throws RefusedException if they are not as many numbers for each picture, or too many
   */
  static void write(List<OutputPart> parts, int count, InferResponse.Builder into) {
    long classes = 0;
    for (OutputPart part : parts) {
      NamedTensor tensor = part.getTensor();
      long values = tensor.getData().size() / bytes(tensor);
      int rows = part.getCount();
      if (!isRowForEach(part, values) || (classes != 0 && values != rows * classes)) {
        throw LoadedModel.refused(
            "its output '"
                + tensor.getName()
                + "' is "
                + tensor.getDimsList()
                + " for "
                + Math.max(rows, part.getRun())
                + " pictures; expected "
                + (classes == 0 ? "scores of at least two classes" : classes + " scores")
                + " of each");
      }
      if (classes == 0) {
        classes = values / rows;
        requireFew(classes, count);
      }
      add(tensor, into);
    }
    into.setCount(count).setClasses((int) classes);
  }

  private static void requireFew(long classes, int count) {
    if (count * classes > MAX_LOGITS) {
      throw RefusedException.tooMuch(
          "model gives "
              + classes
              + " logits for each of "
              + count
              + " pictures; expected at most "
              + MAX_LOGITS
              + " for a batch");
    }
  }

  private static boolean isRowForEach(OutputPart part, long values) {
    List<Long> dims = part.getTensor().getDimsList();
    long above = dims.stream().skip(part.getRows() ? 1 : 0).filter(dim -> dim > 1).count();
    boolean squeezed = part.getRun() == 1 && !part.getRows();
    return values >= 2L * part.getCount() && above == 1 && (part.getRows() || squeezed);
  }

  private static int bytes(NamedTensor tensor) {
    return TensorType.of(tensor.getElementType()).orElseThrow().bytes();
  }

  private static void add(NamedTensor tensor, InferResponse.Builder into) {
    ByteBuffer data = tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (tensor.getElementType()) {
      case ELEMENT_TYPE_FLOAT -> {
        while (data.hasRemaining()) {
          into.addLogits(data.getFloat());
        }
      }
      case ELEMENT_TYPE_DOUBLE -> {
        while (data.hasRemaining()) {
          into.addLogits((float) data.getDouble());
        }
      }
      case ELEMENT_TYPE_FLOAT16 -> {
        while (data.hasRemaining()) {
          into.addLogits(Fp16Conversions.fp16ToFloat(data.getShort()));
        }
      }
      default -> throw new IllegalArgumentException("scores of " + tensor.getElementType());
    }
  }
}
