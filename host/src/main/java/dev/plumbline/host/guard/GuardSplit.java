package dev.plumbline.host.guard;

import dev.plumbline.host.dataset.Input;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which half a picture is on: a bit of the SHA-256 of the random seed and the picture's SHA-256, so
 * that a picture is on the same half wherever it occurs. What a search made of a seed is on the
 * half of its seed.
 *
 * @param randomSeed another one gives other halves
 */
public record GuardSplit(long randomSeed) {
  /** What a half is for. */
  public enum Half {
    /** The threshold is found on it. */
    CALIBRATED,
    /** What the threshold does is measured on it. */
    MEASURED
  }

  /** The half of a clean picture or of a seed, and of what was made of it. */
  public Half of(Input picture) {
    MessageDigest digest = sha256();
    byte[] own = digest.digest(picture.bytes());
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(randomSeed).array());
    return (digest.digest(own)[0] & 1) == 0 ? Half.CALIBRATED : Half.MEASURED;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
