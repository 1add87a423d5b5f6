package dev.plumbline.host.report.summary;

import java.util.OptionalDouble;

/**
 * Share of clean pictures that get the original's label, 0 to 1, on the same data as the accuracy.
 *
 * @param compressed of the compressed model, as it runs in ONNX Runtime
 * @param repaired of the repaired model; empty before the repair
 */
public record AgreementSummary(double compressed, OptionalDouble repaired) {
  public AgreementSummary {
    Checks.share("agreement of the compressed model", compressed);
    Checks.share("agreement of the repaired model", repaired);
  }

  /** Before the repair. */
  public AgreementSummary(double compressed) {
    this(compressed, OptionalDouble.empty());
  }
}
