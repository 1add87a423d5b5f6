package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Locale;
import java.util.Optional;

/** Element types of tensors that Plumbline computes with; the names are ONNX's. */
public enum ElementType {
  FLOAT(DataType.FLOAT, 4),
  DOUBLE(DataType.DOUBLE, 8),
  UINT8(DataType.UINT8, 1),
  INT8(DataType.INT8, 1),
  INT32(DataType.INT32, 4),
  INT64(DataType.INT64, 8),
  BOOL(DataType.BOOL, 1);

  private final DataType onnx;
  private final int bytes;

  ElementType(DataType onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
  }

  /** Bytes of one element in little-endian raw data. */
  public int bytes() {
    return bytes;
  }

  /** The number that stands for this type in an ONNX file. */
  public int onnxNumber() {
    return onnx.getNumber();
  }

  public boolean isFloatingPoint() {
    return this == FLOAT || this == DOUBLE;
  }

  /** The type for a number in an ONNX file, if Plumbline computes with it. */
  public static Optional<ElementType> of(int onnxNumber) {
    for (ElementType type : values()) {
      if (type.onnxNumber() == onnxNumber) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** What ONNX calls a type by its number, for messages. */
  static String nameOf(int onnxNumber) {
    DataType type = DataType.forNumber(onnxNumber);
    return type == null ? "number " + onnxNumber : type.name().toLowerCase(Locale.ROOT);
  }
}
