package dev.plumbline.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ARM processor can do, as the system tells each program when it starts it; ONNX Runtime
 * asks there too. Emulators answer for the processor that they emulate.
 */
final class ArmCapabilities {
  private static final Path AUXILIARY_VECTOR = Path.of("/proc/self/auxv");

  /** Of Linux: AT_HWCAP and AT_HWCAP2, and what their bits mean on arm64. */
  private static final long FIRST = 16;

  private static final long SECOND = 26;
  private static final long ASIMDDP = 1L << 20;
  private static final long I8MM = 1L << 13;

  private ArmCapabilities() {}

  /** Those of its features that change int8 arithmetic, sorted. */
  static List<String> int8Features() throws IOException {
    return int8Features(Files.readAllBytes(AUXILIARY_VECTOR));
  }

  /**
   * @param auxiliaryVector pairs of 64-bit numbers, little-endian: what it is, and its value
   */
  static List<String> int8Features(byte[] auxiliaryVector) {
    ByteBuffer pairs = ByteBuffer.wrap(auxiliaryVector).order(ByteOrder.LITTLE_ENDIAN);
    List<String> features = new ArrayList<>();
    while (pairs.remaining() >= 2 * Long.BYTES) {
      long type = pairs.getLong();
      long value = pairs.getLong();
      if (type == FIRST && (value & ASIMDDP) != 0) {
        features.add("asimddp");
      }
      if (type == SECOND && (value & I8MM) != 0) {
        features.add("i8mm");
      }
    }
    return features.stream().sorted().toList();
  }
}
