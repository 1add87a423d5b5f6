package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What became of a mutated picture, decided on its 8-bit form. */
public enum PictureClass {
  /** The original still gives the seed's label, the compressed model does not. */
  @JsonProperty("effective")
  EFFECTIVE,
  /** Both models still give the seed's label. */
  @JsonProperty("valid")
  VALID,
  /** The original gives another label than the seed's. */
  @JsonProperty("invalid")
  INVALID;

  /**
   * @param seedLabel what the original predicts for the seed
   * @param originalLabel what the original predicts for the mutated picture
   * @param compressedLabel what the compressed model predicts for it
   */
  public static PictureClass of(int seedLabel, int originalLabel, int compressedLabel) {
    if (originalLabel != seedLabel) {
      return INVALID;
    }
    return compressedLabel == seedLabel ? VALID : EFFECTIVE;
  }

  /** The word for it in files. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
