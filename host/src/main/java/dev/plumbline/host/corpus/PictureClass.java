package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.util.Locale;

/** What became of a mutated picture, decided on its 8-bit form. */
public enum PictureClass {
  /**
   * The original keeps its decision on the seed, the compressed model decides otherwise than the
   * original.
   */
  @JsonProperty("effective")
  EFFECTIVE,
  /** The original keeps its decision on the seed, the compressed model decides as the original. */
  @JsonProperty("valid")
  VALID,
  /** The original decides otherwise than on the seed; never where decisions are numbers. */
  @JsonProperty("invalid")
  INVALID;

  /**
   * The two models are compared with each other. For labels that is to compare the compressed model
   * with the seed; but decisions that agree within a bound may each agree with a third one and not
   * with each other.
   *
   * @param seed what the original decides on the seed
   * @param original what the original decides on the mutated picture
   * @param compressed what the compressed model decides on it
   * @see Task#keeps
   */
  public static PictureClass of(Task task, Decision seed, Decision original, Decision compressed) {
    if (!task.keeps(seed, original)) {
      return INVALID;
    }
    return task.differ(original, compressed) ? EFFECTIVE : VALID;
  }

  /** The word for it in files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
