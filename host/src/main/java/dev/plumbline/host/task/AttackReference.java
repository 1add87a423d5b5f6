package dev.plumbline.host.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What an attack on one model leads away from. */
public enum AttackReference {
  /** The label that the data give a picture. */
  @JsonProperty("labels")
  LABELS,
  /** What people noted about a picture. */
  @JsonProperty("annotations")
  ANNOTATIONS,
  /** What the model itself decides on the picture as it is. */
  @JsonProperty("decisions")
  DECISIONS;

  /** The word for it in files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
