package dev.plumbline.host.task;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Decisions among the bytes of a state that is kept for a while. */
public final class DecisionBytes {
  /** A mask of many pixels has some hundred KB. */
  private static final int MOST = 64 << 20;

  private DecisionBytes() {}

  /** Writes a decision as JSON, its length first. */
  public static void write(DataOutput out, Decision decision) throws IOException {
    byte[] json = Decisions.write(decision).getBytes(StandardCharsets.UTF_8);
    out.writeInt(json.length);
    out.write(json);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is no decision
   */
  public static Decision read(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST) {
      throw new IllegalArgumentException("a decision of " + length + " bytes");
    }
    byte[] json = new byte[length];
    in.readFully(json);
    return Decisions.read(new String(json, StandardCharsets.UTF_8));
  }
}
