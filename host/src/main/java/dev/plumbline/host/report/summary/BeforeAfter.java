package dev.plumbline.host.report.summary;

/**
 * Deviations on the same pictures, of the compressed model and of the repaired one.
 *
 * @param before of the compressed model
 * @param after of the repaired model
 */
public record BeforeAfter(long before, long after) {
  public BeforeAfter {
    Checks.count("before", before);
    Checks.count("after", after);
  }

  /** "from 1,198 to 111 (−91 %)". */
  public String inWords() {
    return "from %s to %s (%s)"
        .formatted(Figures.count(before), Figures.count(after), Figures.change(before, after));
  }
}
