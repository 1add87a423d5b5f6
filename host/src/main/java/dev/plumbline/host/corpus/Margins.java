package dev.plumbline.host.corpus;

import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.Optional;

/**
 * How far both models are from leaving what they decide on a mutated picture, as files keep it:
 * rounded to 32 bits, and finite also where a decision has no boundary.
 *
 * @param original the original's {@link Task#ownMargin}
 * @param compressed the compressed model's {@link Task#deviationMargin}, as the search saw it
 */
public record Margins(float original, float compressed) {
  public Margins {
    if (!Float.isFinite(original) || !Float.isFinite(compressed)) {
      throw new IllegalArgumentException(
          "margins of " + original + " and " + compressed + ", expected finite numbers");
    }
  }

  /**
   * Of what both models put out for a picture.
   *
   * @param expected what the original decides there
   */
  public static Margins of(Task task, float[] original, float[] compressed, Decision expected) {
    return new Margins(
        kept(task.ownMargin(original)), kept(task.deviationMargin(compressed, expected)));
  }

  /** A margin as files keep it. */
  public static float kept(double margin) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(margin, Float.MAX_VALUE));
  }

  /** These, with what a judge found in place of what the search saw. */
  public Margins withCompressed(double byJudge) {
    return new Margins(original, kept(byJudge));
  }

  /**
   * As a row of a file has them: both or none.
   *
   * @param original null where the file has no such key; so is {@code compressed}
   */
  static Optional<Margins> ofRow(Float original, Float compressed) {
    if ((original == null) != (compressed == null)) {
      throw new IllegalArgumentException(
          "one of original_margin and compressed_margin, expected both or none");
    }
    return original == null ? Optional.empty() : Optional.of(new Margins(original, compressed));
  }
}
