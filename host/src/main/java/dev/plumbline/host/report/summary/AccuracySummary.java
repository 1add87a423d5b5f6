package dev.plumbline.host.report.summary;

import java.util.OptionalDouble;

/**
 * Share of clean pictures that get their true label, 0 to 1, on data that neither the search nor
 * the repair touched.
 *
 * @param original of the original
 * @param compressed of the compressed model, as it runs in ONNX Runtime
 * @param repaired of the repaired model; empty before the repair
 */
public record AccuracySummary(double original, double compressed, OptionalDouble repaired) {
  public AccuracySummary {
    Checks.share("accuracy of the original", original);
    Checks.share("accuracy of the compressed model", compressed);
    Checks.share("accuracy of the repaired model", repaired);
  }

  /** Before the repair. */
  public AccuracySummary(double original, double compressed) {
    this(original, compressed, OptionalDouble.empty());
  }
}
