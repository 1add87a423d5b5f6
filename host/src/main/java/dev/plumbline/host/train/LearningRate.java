package dev.plumbline.host.train;

/** How the learning rate goes over a training. */
@FunctionalInterface
public interface LearningRate {
  /**
   * @param progress share of the training's steps that are done, 0 to 1
   * @return the rate of the next step, at least 0
   */
  double at(double progress);

  /** The same rate all the time. */
  static LearningRate constant(double rate) {
    requireRate(rate);
    return progress -> rate;
  }

  /**
   * From a rate down to 0 along half a cosine (Loshchilov and Hutter, "SGDR", 2017, without
   * restarts).
   */
  static LearningRate cosine(double start) {
    requireRate(start);
    return progress -> between(start, 0, progress);
  }

  /**
   * Up along a cosine from a 25th of the peak during the first 30 % of the steps, then down to
   * nearly nothing (Smith and Topin, "Super-Convergence", 2018).
   */
  static LearningRate oneCycle(double peak) {
    requireRate(peak);
    double rise = 0.3;
    double start = peak / 25;
    double end = start / 1e4;
    return progress ->
        progress < rise
            ? between(start, peak, progress / rise)
            : between(peak, end, (progress - rise) / (1 - rise));
  }

  private static double between(double from, double to, double share) {
    return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
  }

  private static void requireRate(double rate) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("learning rate " + rate + " is not a number from 0");
    }
  }
}
