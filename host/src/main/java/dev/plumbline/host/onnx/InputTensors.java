package dev.plumbline.host.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What ONNX Runtime gets beside a model's free input: the fixed ones, which this owns. One thread
 * at a time.
 */
final class InputTensors implements AutoCloseable {
  private final String free;
  private final Map<String, OnnxTensor> fixed = new LinkedHashMap<>();

  private InputTensors(String free) {
    this.free = free;
  }

  /** The fixed inputs of a model. */
  static InputTensors of(OnnxModel model) throws OrtException {
    InputTensors inputs = new InputTensors(model.graph().input().name());
    try {
      for (Map.Entry<String, Tensor> entry : model.graph().fixedInputs().entrySet()) {
        inputs.fixed.put(entry.getKey(), create(entry.getValue()));
      }
      return inputs;
    } catch (OrtException | RuntimeException e) {
      inputs.close();
      throw e;
    }
  }

  /** Whether ONNX Runtime's Java classes make an input of a type. */
  static boolean takes(ElementType type) {
    return javaType(type).isPresent();
  }

  private static Optional<OnnxJavaType> javaType(ElementType type) {
    return Optional.ofNullable(
        switch (type) {
          case FLOAT -> OnnxJavaType.FLOAT;
          case DOUBLE -> OnnxJavaType.DOUBLE;
          case FLOAT16 -> OnnxJavaType.FLOAT16;
          case INT8 -> OnnxJavaType.INT8;
          case UINT8 -> OnnxJavaType.UINT8;
          case INT16 -> OnnxJavaType.INT16;
          case INT32 -> OnnxJavaType.INT32;
          case INT64 -> OnnxJavaType.INT64;
          case BOOL -> OnnxJavaType.BOOL;
          default -> null;
        });
  }

  /** A tensor of ONNX Runtime, for the caller to close. */
  static OnnxTensor create(Tensor value) throws OrtException {
    ByteBuffer data = value.buffer();
    ByteBuffer direct = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
    direct.put(data).flip();
    return OnnxTensor.createTensor(
        RuntimeSession.environment(), direct, value.dims(), javaType(value.type()).orElseThrow());
  }

  /** All inputs of one run. */
  Map<String, OnnxTensor> with(OnnxTensor value) {
    Map<String, OnnxTensor> all = new LinkedHashMap<>(fixed);
    all.put(free, value);
    return all;
  }

  @Override
  public void close() {
    fixed.values().forEach(OnnxTensor::close);
  }
}
