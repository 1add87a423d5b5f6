package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import dev.plumbline.host.BadInputException;
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

  /**
   * As {@link #ofFloats}, of any type of a byte or more for each number.
   *
   * @throws IllegalArgumentException if a number is not one of the type
   */
  static Tensor ofNumbers(ElementType type, long[] dims, double... values) {
    if (!type.isFloatingPoint()) {
      long[] whole = new long[values.length];
      for (int i = 0; i < whole.length; i++) {
        whole[i] = (long) values[i];
        if (whole[i] != values[i]) {
          throw new IllegalArgumentException(values[i] + " is no whole number");
        }
      }
      return ofIntegers(type, dims, whole);
    }
    ByteBuffer buffer = allocate(type, dims, values.length);
    for (double value : values) {
      switch (type) {
        case FLOAT -> buffer.putFloat((float) value);
        case DOUBLE -> buffer.putDouble(value);
        case FLOAT16 -> buffer.putShort(Fp16Conversions.floatToFp16((float) value));
        default -> throw new IllegalArgumentException("a number of type " + type);
      }
    }
    return new Tensor(type, dims.clone(), ByteString.copyFrom(buffer.rewind()));
  }

  /**
   * Numbers of data as a model takes them.
   *
   * @throws BadInputException if it takes integers and a number is not one of the type
   */
  public static Tensor ofInput(ElementType type, long[] dims, float... values) {
    double[] numbers = new double[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values[i];
    }
    try {
      return ofNumbers(type, dims, numbers);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "an input of type " + type.onnxName() + " got other numbers: " + e.getMessage(), e);
    }
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
   * As {@link #ofFloats}, of any type of integers.
   *
   * @throws IllegalArgumentException if a value is not one of the type
   */
  public static Tensor ofIntegers(ElementType type, long[] dims, long... values) {
    ByteBuffer buffer = allocate(type, dims, values.length);
    for (int i = 0; i < values.length; i++) {
      long value = values[i];
      if (type.isFloatingPoint() || value < type.lowest() || value > type.highest()) {
        throw new IllegalArgumentException(value + " is not of type " + type);
      }
      switch (type.bits()) {
        case 4 -> buffer.put(i / 2, (byte) (buffer.get(i / 2) | (value & 15) << 4 * (i % 2)));
        case 8 -> buffer.put(i, (byte) value);
        case 16 -> buffer.putShort(2 * i, (short) value);
        case 32 -> buffer.putInt(4 * i, (int) value);
        default -> buffer.putLong(8 * i, value);
      }
    }
    return new Tensor(type, dims.clone(), ByteString.copyFrom(buffer));
  }

  /**
   * @param type {@link ElementType#INT8}, {@link ElementType#UINT8} or {@link ElementType#BOOL}
   */
  public static Tensor ofBytes(ElementType type, long[] dims, byte... values) {
    if (type.bits() != 8) {
      throw new IllegalArgumentException(type + " is not a type of one byte");
    }
    allocate(type, dims, values.length);
    return new Tensor(type, dims.clone(), ByteString.copyFrom(values));
  }

  /**
   * What ONNX Runtime put out somewhere else.
   *
   * @param raw little-endian values
   * @throws IllegalArgumentException if the bytes are not as many as the dimensions ask for
   */
  public static Tensor ofRaw(ElementType type, long[] dims, ByteString raw) {
    boolean fits;
    try {
      fits =
          Arrays.stream(dims).noneMatch(dim -> dim < 0)
              && type.bytes(Arrays.stream(dims).reduce(1, Math::multiplyExact)) == raw.size();
    } catch (ArithmeticException e) {
      fits = false;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          raw.size() + " bytes for " + type + " of the dimensions " + Arrays.toString(dims));
    }
    return new Tensor(type, dims.clone(), raw);
  }

  private static ByteBuffer allocate(ElementType type, long[] dims, int values) {
    if (elements(dims) != values) {
      throw new IllegalArgumentException(
          values + " values for dimensions " + Arrays.toString(dims));
    }
    return ByteBuffer.allocate(Math.toIntExact(type.bytes(values))).order(ByteOrder.LITTLE_ENDIAN);
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
      case UINT64 -> proto.getUint64DataList().forEach(buffer::putLong);
      case UINT32 -> proto.getUint64DataList().forEach(v -> buffer.putInt(v.intValue()));
      case INT16, UINT16, FLOAT16, BFLOAT16 ->
          proto.getInt32DataList().forEach(v -> buffer.putShort(v.shortValue()));
      // Of 4-bit types every number of the list is a packed pair.
      case INT8, UINT8, BOOL, INT4, UINT4 ->
          proto.getInt32DataList().forEach(v -> buffer.put(v.byteValue()));
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
    return (int) elements(dims);
  }

  /** Little-endian values, read-only. */
  public ByteBuffer buffer() {
    return raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values as float; integers are converted. */
  public float[] floats() {
    float[] values = new float[size()];
    ByteBuffer buffer = buffer();
    if (type == ElementType.FLOAT) {
      buffer.asFloatBuffer().get(values);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case DOUBLE -> (float) buffer.getDouble(8 * i);
            case FLOAT16 -> ofFloat16(buffer.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(buffer.getShort(2 * i) << 16);
            default -> integer(buffer, i);
          };
    }
    return values;
  }

  /** How many elements are 0, counted where they are. */
  public long zeros() {
    ByteBuffer buffer = buffer();
    int size = size();
    long zeros = 0;
    for (int i = 0; i < size; i++) {
      boolean zero =
          switch (type) {
            case FLOAT -> buffer.getFloat(4 * i) == 0;
            case DOUBLE -> buffer.getDouble(8 * i) == 0;
            // Both signs of 0.
            case FLOAT16, BFLOAT16 -> (buffer.getShort(2 * i) & 0x7fff) == 0;
            default -> integer(buffer, i) == 0;
          };
      zeros += zero ? 1 : 0;
    }
    return zeros;
  }

  /** A number of half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
  private static float ofFloat16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float size = Math.scalb((float) fraction, -24);
      return sign == 0 ? size : -size;
    }
    int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
  }

  /**
   * The values of an integer tensor.
   *
   * @throws IllegalStateException if this is a tensor of floating-point numbers
   */
  public long[] longs() {
    if (type.isFloatingPoint()) {
      throw new IllegalStateException("a tensor of " + type);
    }
    long[] values = new long[size()];
    ByteBuffer buffer = buffer();
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(buffer, i);
    }
    return values;
  }

  private long integer(ByteBuffer buffer, int at) {
    return switch (type) {
      case INT64 -> buffer.getLong(8 * at);
      case UINT64 -> signed(buffer.getLong(8 * at));
      case INT32 -> buffer.getInt(4 * at);
      case UINT32 -> Integer.toUnsignedLong(buffer.getInt(4 * at));
      case INT16 -> buffer.getShort(2 * at);
      case UINT16 -> Short.toUnsignedInt(buffer.getShort(2 * at));
      case INT8 -> buffer.get(at);
      case UINT8, BOOL -> Byte.toUnsignedInt(buffer.get(at));
      // The lower half of a byte comes first.
      case UINT4 -> buffer.get(at / 2) >> 4 * (at % 2) & 15;
      case INT4 -> (buffer.get(at / 2) >> 4 * (at % 2) & 15 ^ 8) - 8;
      default -> throw new IllegalStateException("a tensor of " + type);
    };
  }

  private static long signed(long unsigned) {
    if (unsigned < 0) {
      throw new UnsupportedNodeException(
          "a constant of uint64 holds "
              + Long.toUnsignedString(unsigned)
              + ", expected at most "
              + Long.MAX_VALUE);
    }
    return unsigned;
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
