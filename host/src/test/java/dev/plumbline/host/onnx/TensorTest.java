package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.plumbline.host.BadInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  private static TensorProto.Builder proto(ElementType type, long... dims) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(type.onnxNumber());
    for (long dim : dims) {
      proto.addDims(dim);
    }
    return proto;
  }

  private static Tensor checked(TensorProto.Builder proto) {
    ModelCheck.tensor(proto.build(), "a tensor");
    return Tensor.of(proto.build());
  }

  private static TensorProto.Builder raw(TensorProto.Builder proto, int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return proto.setRawData(ByteString.copyFrom(raw));
  }

  @Test
  void fourBitsArePackedInPairsTheLowerHalfFirst() {
    // As onnx.helper.make_tensor packs 1, -8, 7 and 1, 8, 15.
    Tensor signed = checked(raw(proto(ElementType.INT4, 3), 0x81, 0x07));
    assertArrayEquals(new long[] {1, -8, 7}, signed.longs());
    Tensor unsigned = checked(raw(proto(ElementType.UINT4, 3), 0x81, 0x0f));
    assertArrayEquals(new float[] {1, 8, 15}, unsigned.floats());
    Tensor listed = checked(proto(ElementType.INT4, 3).addAllInt32Data(List.of(0x81, 0x07)));
    assertArrayEquals(new long[] {1, -8, 7}, listed.longs());
    assertEquals(
        signed.buffer(), Tensor.ofIntegers(ElementType.INT4, signed.dims(), 1, -8, 7).buffer());
    assertEquals(3, signed.size());
    BadInputException e =
        assertThrows(
            BadInputException.class, () -> checked(raw(proto(ElementType.INT4, 3), 1, 2, 3)));
    assertEquals("a tensor of dimensions [3] holds 3 bytes, expected 2", e.getMessage());
  }

  @Test
  void halfPrecisionIsReadAsFloat() {
    // numpy.float16 and its bits: 1.5, -2, the largest, the smallest, infinity.
    int[] bits = {0x3e00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000};
    TensorProto.Builder proto = proto(ElementType.FLOAT16, 6);
    for (int b : bits) {
      proto.addInt32Data(b);
    }
    float[] expected = {1.5f, -2f, 65504f, 5.9604645e-8f, Float.POSITIVE_INFINITY, -0f};
    assertArrayEquals(expected, checked(proto).floats());
    Tensor brain = checked(raw(proto(ElementType.BFLOAT16, 2), 0xc0, 0x3f, 0x49, 0xc0));
    assertArrayEquals(new float[] {1.5f, -3.140625f}, brain.floats());
  }

  @Test
  void integersOfEverySizeAreReadWithTheirSign() {
    assertArrayEquals(
        new long[] {-2, 32767},
        checked(raw(proto(ElementType.INT16, 2), 254, 255, 255, 127)).longs());
    assertArrayEquals(
        new float[] {65534, 32767},
        checked(raw(proto(ElementType.UINT16, 2), 254, 255, 255, 127)).floats());
    assertArrayEquals(
        new long[] {4294967295L},
        checked(proto(ElementType.UINT32, 1).addUint64Data(4294967295L)).longs());
    Tensor huge = checked(proto(ElementType.UINT64, 1).addUint64Data(-1));
    UnsupportedNodeException e = assertThrows(UnsupportedNodeException.class, huge::longs);
    assertEquals(
        "a constant of uint64 holds 18446744073709551615, expected at most 9223372036854775807",
        e.getMessage());
  }

  @Test
  void aTensorIsWrittenBackWithTheBytesThatItWasReadFrom() {
    TensorProto.Builder proto = raw(proto(ElementType.UINT4, 3).setName("w"), 0x81, 0xff);
    assertEquals(proto.build(), checked(proto).toProto("w"));
  }
}
