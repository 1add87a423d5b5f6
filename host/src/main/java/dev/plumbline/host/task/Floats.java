package dev.plumbline.host.task;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Numbers of float32 that do not change. */
public final class Floats {
  private final float[] values;

  private Floats(float[] values) {
    this.values = values;
  }

  public static Floats of(float... values) {
    return new Floats(values.clone());
  }

  /**
   * The numbers that {@link #base64} wrote.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static Floats ofBase64(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    if (bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes, expected 4 for each number");
    }
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new Floats(values);
  }

  /** As text: their bytes, the least significant first, in base64. */
  String base64() {
    return Base64.getEncoder().encodeToString(bytes());
  }

  /** SHA-256 of their bytes, the least significant first, in lower-case hexadecimal. */
  String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  /**
   * @throws IllegalArgumentException if there is no number, or one is not finite
   */
  void requireFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(value + " among the numbers, expected finite ones");
      }
    }
    if (values.length == 0) {
      throw new IllegalArgumentException("no number, expected one or more");
    }
  }

  public int length() {
    return values.length;
  }

  public float get(int index) {
    return values[index];
  }

  public float[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Floats that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
