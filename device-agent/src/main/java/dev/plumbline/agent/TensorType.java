package dev.plumbline.agent;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.plumbline.device.v1.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Types of elements that the wire carries, as it and ONNX Runtime name them. */
enum TensorType {
  FLOAT(ElementType.ELEMENT_TYPE_FLOAT, OnnxJavaType.FLOAT),
  DOUBLE(ElementType.ELEMENT_TYPE_DOUBLE, OnnxJavaType.DOUBLE),
  FLOAT16(ElementType.ELEMENT_TYPE_FLOAT16, OnnxJavaType.FLOAT16),
  BFLOAT16(ElementType.ELEMENT_TYPE_BFLOAT16, OnnxJavaType.BFLOAT16),
  INT8(ElementType.ELEMENT_TYPE_INT8, OnnxJavaType.INT8),
  INT16(ElementType.ELEMENT_TYPE_INT16, OnnxJavaType.INT16),
  INT32(ElementType.ELEMENT_TYPE_INT32, OnnxJavaType.INT32),
  INT64(ElementType.ELEMENT_TYPE_INT64, OnnxJavaType.INT64),
  UINT8(ElementType.ELEMENT_TYPE_UINT8, OnnxJavaType.UINT8),
  BOOL(ElementType.ELEMENT_TYPE_BOOL, OnnxJavaType.BOOL),
  UINT16(ElementType.ELEMENT_TYPE_UINT16, Short.BYTES),
  UINT32(ElementType.ELEMENT_TYPE_UINT32, Integer.BYTES),
  UINT64(ElementType.ELEMENT_TYPE_UINT64, Long.BYTES);

  private static final Map<OnnxTensorType, TensorType> BY_RUNTIME =
      Arrays.stream(values())
          .collect(
              Collectors.toMap(
                  type -> OnnxTensorType.valueOf("ONNX_TENSOR_ELEMENT_DATA_TYPE_" + type.name()),
                  type -> type));

  private final ElementType wire;
  private final Optional<OnnxJavaType> creatable;
  private final int bytes;

  /** One that tensors can be made of here. */
  TensorType(ElementType wire, OnnxJavaType java) {
    this.wire = wire;
    this.creatable = Optional.of(java);
    this.bytes = java.size;
  }

  /** One that only ONNX Runtime makes tensors of: its Java classes have no name for it. */
  TensorType(ElementType wire, int bytes) {
    this.wire = wire;
    this.creatable = Optional.empty();
    this.bytes = bytes;
  }

  /** Of a tensor; none where the wire does not carry it: strings, complex numbers, 8-bit floats. */
  static Optional<TensorType> of(TensorInfo info) {
    return Optional.ofNullable(BY_RUNTIME.get(info.onnxType));
  }

  static Optional<TensorType> of(ElementType wire) {
    return Arrays.stream(values()).filter(type -> type.wire == wire).findFirst();
  }

  /** Those that an input may have, for messages. */
  static List<TensorType> ofInputs() {
    return Arrays.stream(values()).filter(type -> type.creatable.isPresent()).toList();
  }

  ElementType wire() {
    return wire;
  }

  /** By which tensors are made; none where they cannot be. */
  Optional<OnnxJavaType> creatable() {
    return creatable;
  }

  /** Of one element. */
  int bytes() {
    return bytes;
  }
}
