package dev.plumbline.host.train;

/** The learning rate over a training. */
@FunctionalInterface
public interface LearningRate {
  /**
   * @param progress share of the training that is done, 0 to 1
   * @return the rate for the next step
   */
  double at(double progress);

  static LearningRate constant(double rate) {
    return progress -> rate;
  }

  /** From a rate down to zero along half a cosine. */
  static LearningRate cosine(double start) {
    return progress -> start * 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  /**
   * Up from a 25th of the peak for the first three tenths, then down to nearly zero, each along
   * half a cosine (Smith and Topin 2017).
   */
  static LearningRate oneCycle(double peak) {
    double start = peak / 25;
    double end = start / 1e4;
    double rise = 0.3;
    return progress ->
        progress < rise
            ? between(start, peak, progress / rise)
            : between(peak, end, (progress - rise) / (1 - rise));
  }

  private static double between(double from, double to, double share) {
    return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
  }
}
