package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Checks;

/**
 * How far a mutated picture is from its seed, in units of the [0,1] pixel range.
 *
 * @param rms root of the mean squared change of a pixel
 * @param linf largest change of a pixel
 */
public record Distance(double rms, double linf) {
  public Distance {
    Checks.share("rms", rms);
    Checks.share("linf", linf);
  }
}
