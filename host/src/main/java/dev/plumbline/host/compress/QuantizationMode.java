package dev.plumbline.host.compress;

import java.util.Locale;

/** What becomes of activations when a model is quantized. */
public enum QuantizationMode {
  /** Quantized with ranges from calibration. */
  STATIC,
  /** Quantized with ranges that are found while the model runs. */
  DYNAMIC,
  /** They stay float. */
  WEIGHT_ONLY;

  /** As options name it: "weight-only". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
