package dev.plumbline.host.compress;

/**
 * First and second moments of what a filter is multiplied with.
 *
 * @param mean of each of the n inputs
 * @param products n x n, row by row: what the square of a weight error costs, and that of two
 *     together
 * @param centred whether the products are about the mean, whose shift a bias takes back
 */
record Moments(double[] mean, double[] products, boolean centred) {
  /** Each sweep moves fewer weights than the one before. */
  private static final int SWEEPS = 20;

  /** Gains below this share of the cost are sums in another order. */
  private static final double LEAST_GAIN = 1e-9;

  /**
   * Chooses the integers of one filter: from the nearest ones, steps of one as long as the cost
   * falls.
   *
   * @param weight of all filters
   * @param integers of all filters, the nearest ones; changed for this one
   * @param elements where this filter's weights are among them, in the order of the inputs
   * @param scale of this filter
   * @param largest integer, of either sign
   * @return by how much the mean of what comes out has moved, 0 if it counted as a cost
   */
  float round(float[] weight, long[] integers, int[] elements, float scale, int largest) {
    int n = elements.length;
    double[] error = new double[n];
    double[] gradient = new double[n];
    for (int i = 0; i < n; i++) {
      error[i] = (double) integers[elements[i]] * scale - weight[elements[i]];
    }
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += products[i * n + j] * error[j];
      }
      gradient[i] = sum;
    }
    double cost = 0;
    for (int i = 0; i < n; i++) {
      cost += error[i] * gradient[i];
    }
    double least = LEAST_GAIN * cost;
    boolean moved = true;
    for (int sweep = 0; sweep < SWEEPS && moved; sweep++) {
      moved = false;
      for (int i = 0; i < n; i++) {
        int sign = gradient[i] > 0 ? -1 : 1;
        double step = (double) sign * scale;
        double change = 2 * step * gradient[i] + step * step * products[i * n + i];
        long next = integers[elements[i]] + sign;
        // The scale is made of the largest weight, which has to stay.
        boolean free = Math.abs(integers[elements[i]]) < largest && Math.abs(next) < largest;
        if (free && change < -least) {
          integers[elements[i]] = next;
          error[i] += step;
          for (int j = 0; j < n; j++) {
            gradient[j] += step * products[i * n + j];
          }
          moved = true;
        }
      }
    }
    double shift = 0;
    for (int i = 0; centred && i < n; i++) {
      shift += error[i] * mean[i];
    }
    return (float) shift;
  }
}
