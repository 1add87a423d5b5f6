package dev.plumbline.agent;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.plumbline.device.v1.NamedTensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Tensors that the host has sent, as inputs of ONNX Runtime. Closes those that it has made. */
final class TensorInputs implements AutoCloseable {
  /** Where a tensor may begin in the buffer; as ONNX Runtime places its own. */
  private static final int ALIGNMENT = 64;

  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

  private TensorInputs() {}

  /**
   * Checks what messages say of themselves.
   *
   * @throws RefusedException if one is not what it says, or they are too big together
   */
  static void check(List<NamedTensor> messages, Bounds bounds) {
    Set<String> names = new TreeSet<>();
    for (NamedTensor message : messages) {
      if (!names.add(message.getName())) {
        throw RefusedException.invalid(
            "two tensors for the input '" + message.getName() + "'; expected one");
      }
      check(message);
    }
    long bytes = messages.stream().mapToLong(message -> message.getData().size()).sum();
    if (bytes > bounds.maxBatchBytes()) {
      throw RefusedException.tooMuch(
          "tensors of "
              + bytes
              + " bytes are too big; expected at most "
              + bounds.maxBatchBytes()
              + " bytes");
    }
  }

  private static void check(NamedTensor message) {
    TensorType type =
        TensorType.of(message.getElementType())
            .filter(known -> known.creatable().isPresent())
            .orElseThrow(
                () ->
                    RefusedException.invalid(
                        "tensor '"
                            + message.getName()
                            + "' is of element type "
                            + message.getElementTypeValue()
                            + ", which no input can be; expected one of "
                            + TensorType.ofInputs()));
    if (message.getDimsCount() > TensorInfo.MAX_DIMENSIONS) {
      throw RefusedException.invalid(
          "tensor '"
              + message.getName()
              + "' has "
              + message.getDimsCount()
              + " dimensions; expected at most "
              + TensorInfo.MAX_DIMENSIONS);
    }
    if (message.getDimsList().stream().anyMatch(dim -> dim < 0)) {
      throw RefusedException.invalid(
          "tensor '"
              + message.getName()
              + "' has the dimensions "
              + message.getDimsList()
              + "; expected none below 0");
    }
    if (!holds(message, type)) {
      throw RefusedException.invalid(
          "tensor '"
              + message.getName()
              + "' of "
              + type
              + " has the dimensions "
              + message.getDimsList()
              + " and "
              + message.getData().size()
              + " bytes; expected "
              + type.bytes()
              + " bytes for each element");
    }
  }

  /**
   * Whether the bytes are as many as the dimensions ask for, which may be more than a long holds.
   */
  private static boolean holds(NamedTensor message, TensorType type) {
    try {
      long bytes = message.getDimsList().contains(0L) ? 0 : type.bytes();
      for (long dim : message.getDimsList()) {
        bytes = Math.multiplyExact(bytes, dim);
      }
      return bytes == message.getData().size();
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** Of the buffer that {@link #of} needs. */
  static int bytes(List<NamedTensor> messages) {
    return messages.stream().mapToInt(message -> aligned(message.getData().size())).sum();
  }

  private static int aligned(int bytes) {
    return Math.addExact(bytes, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * Tensors that read from the buffer.
   *
   * @param messages that {@link #check} has passed
   * @param declared the model's inputs that they are for, all of them and no other
   * @param buffer direct, of {@link #bytes}; nobody else may use it until this is closed
   * @throws RefusedException if their names or types are not those of the inputs
   */
  static TensorInputs of(
      OrtEnvironment environment,
      List<NamedTensor> messages,
      Map<String, NodeInfo> declared,
      ByteBuffer buffer)
      throws OrtException {
    Set<String> names = new TreeSet<>();
    messages.forEach(message -> names.add(message.getName()));
    if (!names.equals(declared.keySet())) {
      throw RefusedException.invalid(
          "tensors for the inputs "
              + names
              + "; expected "
              + (declared.isEmpty() ? "none beside the picture" : "one for each of ")
              + (declared.isEmpty() ? "" : new TreeSet<>(declared.keySet())));
    }
    TensorInputs inputs = new TensorInputs();
    try {
      int at = 0;
      for (NamedTensor message : messages) {
        requireType(message, declared.get(message.getName()));
        int size = message.getData().size();
        ByteBuffer place = buffer.duplicate().order(buffer.order()).position(at).limit(at + size);
        message.getData().copyTo(place);
        inputs.tensors.put(
            message.getName(),
            OnnxTensor.createTensor(
                environment,
                place.position(at).slice().order(buffer.order()),
                message.getDimsList().stream().mapToLong(Long::longValue).toArray(),
                TensorType.of(message.getElementType()).orElseThrow().creatable().orElseThrow()));
        at += aligned(size);
      }
      return inputs;
    } catch (OrtException | RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  private static void requireType(NamedTensor message, NodeInfo declared) {
    TensorType type = TensorType.of(message.getElementType()).orElseThrow();
    boolean fits =
        declared.getInfo() instanceof TensorInfo info
            && TensorType.of(info).filter(expected -> expected == type).isPresent();
    if (!fits) {
      throw RefusedException.invalid(
          "tensor '"
              + message.getName()
              + "' of "
              + type
              + " "
              + message.getDimsList()
              + " for an input that is "
              + declared.getInfo()
              + "; expected that type");
    }
  }

  /** By the name of the input. */
  Map<String, OnnxTensor> byName() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
