package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A constant of a model: element type, dimensions and values. Immutable. */
public final class Tensor {
  private final ElementType type;
  private final long[] dims;
  private final ByteString raw;

  private Tensor(ElementType type, long[] dims, ByteString raw) {
    this.type = type;
    this.dims = dims;
    this.raw = raw;
  }

  /**
   * @param dims row-major dimensions; none for a scalar
   * @param values as many as the dimensions' product
   */
  public static Tensor ofFloats(long[] dims, float... values) {
    ByteBuffer buffer = allocate(ElementType.FLOAT, dims, values.length);
    buffer.asFloatBuffer().put(values);
    return new Tensor(ElementType.FLOAT, dims.clone(), ByteString.copyFrom(buffer));
  }

  /** As {@link #ofFloats}, of int64. */
  public static Tensor ofLongs(long[] dims, long... values) {
    ByteBuffer buffer = allocate(ElementType.INT64, dims, values.length);
    buffer.asLongBuffer().put(values);
    return new Tensor(ElementType.INT64, dims.clone(), ByteString.copyFrom(buffer));
  }

  /** As {@link #ofFloats}, of int32. */
  public static Tensor ofInts(long[] dims, int... values) {
    ByteBuffer buffer = allocate(ElementType.INT32, dims, values.length);
    buffer.asIntBuffer().put(values);
    return new Tensor(ElementType.INT32, dims.clone(), ByteString.copyFrom(buffer));
  }

  /**
   * @param type {@link ElementType#INT8}, {@link ElementType#UINT8} or {@link ElementType#BOOL}
   */
  public static Tensor ofBytes(ElementType type, long[] dims, byte... values) {
    if (type.bytes() != 1) {
      throw new IllegalArgumentException(type + " is not a type of one byte");
    }
    allocate(type, dims, values.length);
    return new Tensor(type, dims.clone(), ByteString.copyFrom(values));
  }

  private static ByteBuffer allocate(ElementType type, long[] dims, int values) {
    if (elements(dims) != values) {
      throw new IllegalArgumentException(
          values + " values for dimensions " + Arrays.toString(dims));
    }
    return ByteBuffer.allocate(Math.multiplyExact(values, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a tensor from a model. The tensor has been checked: {@link ModelCheck#tensor} found its
   * type known and its size right.
   */
  static Tensor of(TensorProto proto) {
    ElementType type = ElementType.of(proto.getDataType()).orElseThrow();
    long[] dims = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (proto.hasRawData()) {
      return new Tensor(type, dims, proto.getRawData());
    }
    int count = Math.toIntExact(elements(dims));
    ByteBuffer buffer = allocate(type, dims, count);
    switch (type) {
      case FLOAT -> proto.getFloatDataList().forEach(buffer::putFloat);
      case DOUBLE -> proto.getDoubleDataList().forEach(buffer::putDouble);
      case INT64 -> proto.getInt64DataList().forEach(buffer::putLong);
      case INT32 -> proto.getInt32DataList().forEach(buffer::putInt);
      case INT8, UINT8, BOOL -> proto.getInt32DataList().forEach(v -> buffer.put(v.byteValue()));
    }
    return new Tensor(type, dims, ByteString.copyFrom(buffer.rewind()));
  }

  TensorProto toProto(String name) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type.onnxNumber())
        .addAllDims(Arrays.stream(dims).boxed().toList())
        .setRawData(raw)
        .build();
  }

  public ElementType type() {
    return type;
  }

  /** Row-major dimensions, none for a scalar. */
  public long[] dims() {
    return dims.clone();
  }

  /** Number of elements. */
  public int size() {
    return raw.size() / type.bytes();
  }

  /** Little-endian values, read-only. */
  public ByteBuffer buffer() {
    return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values as float; integers are converted, unsigned bytes as 0..255. */
  public float[] floats() {
    float[] values = new float[size()];
    ByteBuffer buffer = buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT -> buffer.getFloat();
            case DOUBLE -> (float) buffer.getDouble();
            case INT64 -> buffer.getLong();
            case INT32 -> buffer.getInt();
            case INT8 -> buffer.get();
            case UINT8, BOOL -> Byte.toUnsignedInt(buffer.get());
          };
    }
    return values;
  }

  /**
   * The values of an integer tensor.
   *
   * @throws IllegalStateException if this is a tensor of floating-point numbers
   */
  public long[] longs() {
    long[] values = new long[size()];
    ByteBuffer buffer = buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case INT64 -> buffer.getLong();
            case INT32 -> buffer.getInt();
            case INT8 -> buffer.get();
            case UINT8, BOOL -> Byte.toUnsignedInt(buffer.get());
            case FLOAT, DOUBLE -> throw new IllegalStateException("a tensor of " + type);
          };
    }
    return values;
  }

  /** Product of the dimensions. */
  static long elements(long[] dims) {
    long product = 1;
    for (long d : dims) {
      product = Math.multiplyExact(product, d);
    }
    return product;
  }

  @Override
  public String toString() {
    return type + Arrays.toString(dims);
  }
}
