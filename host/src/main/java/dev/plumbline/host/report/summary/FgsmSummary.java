package dev.plumbline.host.report.summary;

import java.util.OptionalDouble;

/**
 * Share of pictures that keep their true label, or whatever else an attack leads away from, under
 * an FGSM attack of one strength, 0 to 1. Each model is attacked white-box (a compressed one on its
 * proxy) and judged as it runs in ONNX Runtime.
 *
 * @param original of the original
 * @param compressed of the compressed model
 * @param repaired of the repaired model; empty before the repair
 */
public record FgsmSummary(double original, double compressed, OptionalDouble repaired) {
  public FgsmSummary {
    Checks.share("accuracy of the attacked original", original);
    Checks.share("accuracy of the attacked compressed model", compressed);
    Checks.share("accuracy of the attacked repaired model", repaired);
  }

  /** Before the repair. */
  public FgsmSummary(double original, double compressed) {
    this(original, compressed, OptionalDouble.empty());
  }
}
