package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Element types of tensors that Plumbline computes with; the names are ONNX's. */
public enum ElementType {
  FLOAT(1, 32),
  DOUBLE(11, 64),
  FLOAT16(10, 16),
  BFLOAT16(16, 16),
  UINT4(21, 4),
  INT4(22, 4),
  UINT8(2, 8),
  INT8(3, 8),
  UINT16(4, 16),
  INT16(5, 16),
  UINT32(12, 32),
  INT32(6, 32),
  UINT64(13, 64),
  INT64(7, 64),
  BOOL(9, 8);

  private final int number;
  private final int bits;

  ElementType(int number, int bits) {
    this.number = number;
    this.bits = bits;
  }

  /** What ONNX calls it. */
  public String onnxName() {
    return nameOf(number);
  }

  /** Bits of one element in raw data; types of 4 bits are packed two to a byte. */
  public int bits() {
    return bits;
  }

  /** Bytes of so many elements in little-endian raw data. */
  long bytes(long elements) {
    return bits == 4 ? (elements + 1) / 2 : Math.multiplyExact(elements, bits / 8);
  }

  /** The number that stands for this type in an ONNX file. */
  public int onnxNumber() {
    return number;
  }

  public boolean isFloatingPoint() {
    return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
  }

  /** Whether QuantizeLinear makes this type. */
  public boolean isQuantized() {
    return switch (this) {
      case UINT4, INT4, UINT8, INT8, UINT16, INT16 -> true;
      default -> false;
    };
  }

  /** The lowest value of a type of integers. */
  public long lowest() {
    return switch (this) {
      case INT4, INT8, INT16, INT32, INT64 -> -1L << bits - 1;
      default -> 0;
    };
  }

  /** The highest value of a type of integers; that of int64 also for uint64. */
  public long highest() {
    return switch (this) {
      case INT4, INT8, INT16, INT32 -> (1L << bits - 1) - 1;
      case UINT4, UINT8, UINT16, UINT32 -> (1L << bits) - 1;
      case BOOL -> 1;
      default -> Long.MAX_VALUE;
    };
  }

  /** The type for a number in an ONNX file, if Plumbline computes with it. */
  public static Optional<ElementType> of(int onnxNumber) {
    for (ElementType type : values()) {
      if (type.number == onnxNumber) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type of a name, in capitals; empty where Plumbline does not compute with it. */
  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** What ONNX calls a type by its number, for messages. */
  static String nameOf(int onnxNumber) {
    DataType type = DataType.forNumber(onnxNumber);
    return type == null ? "number " + onnxNumber : type.name().toLowerCase(Locale.ROOT);
  }
}
