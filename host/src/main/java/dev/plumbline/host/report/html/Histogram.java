package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How often values fall between 0 and a step, that and two steps, and so on, or how many are at
 * least so large; drawn in SVG.
 */
final class Histogram {
  private static final int MOST_BINS = 24;
  private static final int TOP = 22;
  private static final int HEIGHT = 130;
  private static final int AXIS = 22;

  private final double step;
  private final int[] counts;
  private final double mean;
  private final BinText text;

  private Histogram(double step, int[] counts, double mean, BinText text) {
    this.step = step;
    this.counts = counts;
    this.mean = mean;
    this.text = text;
  }

  /** What a bin says of itself. */
  @FunctionalInterface
  private interface BinText {
    String of(int count, String from, String to);
  }

  /**
   * Counts values of a continuous scale.
   *
   * @param values at least one, none below 0
   */
  static Histogram of(double[] values) {
    return count(values, roundStep(Arrays.stream(values).max().orElseThrow() / MOST_BINS));
  }

  /**
   * Counts whole numbers: a bin holds equally many of them as every other, else the bars would
   * comb.
   *
   * @param values at least one, none below 0
   */
  static Histogram ofWhole(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    return count(values, Math.max(1, Math.ceil(roundStep((largest + 1) / MOST_BINS))));
  }

  /**
   * Counts seeds at the lower edge of each bin: those of this value or a larger one.
   *
   * @param values one for each seed, at least one, none below 0
   */
  static Histogram atLeast(double[] values) {
    Histogram histogram = of(values);
    int[] counts = histogram.counts();
    for (int i = counts.length - 2; i >= 0; i--) {
      counts[i] += counts[i + 1];
    }
    return new Histogram(
        histogram.step,
        counts,
        histogram.mean,
        (count, from, to) -> Figures.count(count, "seed") + " at " + from + " or more");
  }

  int[] counts() {
    return counts.clone();
  }

  double step() {
    return step;
  }

  /** The drawing, with an axis below and the mean as a line. */
  Element draw(String what) {
    List<Element> drawn = new ArrayList<>();
    int highest = Arrays.stream(counts).max().orElse(0);
    double width = 100.0 / counts.length;
    for (int i = 0; i < counts.length; i++) {
      double height = (double) HEIGHT * counts[i] / highest;
      drawn.add(
          Element.of("rect", Element.text("title", text.of(counts[i], tick(i), tick(i + 1))))
              .with("x", Figures.coordinate(i * width) + "%")
              .with("y", Figures.coordinate(TOP + HEIGHT - height))
              .with("width", Figures.coordinate(width) + "%")
              .with("height", Figures.coordinate(height))
              .classed("bin"));
    }
    drawn.add(line(0, TOP + HEIGHT, 100, TOP + HEIGHT, "axis"));
    int every = Math.max(1, (int) Math.ceil(counts.length / 6.0));
    for (int i = 0; i <= counts.length; i += every) {
      double x = 100.0 * i / counts.length;
      drawn.add(line(x, TOP + HEIGHT, x, TOP + HEIGHT + 4, "axis"));
      drawn.add(
          BarChart.text(tick(i), x, TOP + HEIGHT + 18, "tick")
              .with("text-anchor", i == 0 ? "start" : x > 97 ? "end" : "middle"));
    }
    double at = Math.min(100, 100 * mean / (step * counts.length));
    drawn.add(line(at, 16, at, TOP + HEIGHT, "mean"));
    boolean right = at > 50;
    drawn.add(
        BarChart.text("mean " + shortened(mean), at, 12, "figure")
            .with("text-anchor", right ? "end" : "start"));
    return BarChart.svg(
        "%s: histogram, mean %s, the highest bar: %s"
            .formatted(
                what,
                shortened(mean),
                text.of(counts[fullest()], tick(fullest()), tick(fullest() + 1))),
        drawn,
        TOP + HEIGHT + AXIS);
  }

  private int fullest() {
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      best = counts[i] > counts[best] ? i : best;
    }
    return best;
  }

  private String tick(int edge) {
    return shortened(edge * step);
  }

  private static String shortened(double value) {
    String text = String.format(Locale.ROOT, value >= 1 ? "%.1f" : "%.4f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  private static Histogram count(double[] values, double step) {
    double largest = Arrays.stream(values).max().orElseThrow();
    int[] counts = new int[(int) (largest / step) + 1];
    for (double value : values) {
      counts[(int) (value / step)]++;
    }
    return new Histogram(
        step,
        counts,
        Arrays.stream(values).average().orElseThrow(),
        (count, from, to) -> Figures.count(count, "picture") + " from " + from + " to below " + to);
  }

  /** The next 1, 2 or 5 times a power of ten: steps that people can count in. */
  private static double roundStep(double atLeast) {
    if (!(atLeast > 0)) {
      return 1.0 / 1000;
    }
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (int digit : new int[] {1, 2, 5}) {
      if (digit * power >= atLeast * (1 - 1e-9)) {
        return digit * power;
      }
    }
    return 10 * power;
  }

  private static Element line(double x1, double y1, double x2, double y2, String paint) {
    return Element.of("line")
        .with("x1", Figures.coordinate(x1) + "%")
        .with("y1", Figures.coordinate(y1))
        .with("x2", Figures.coordinate(x2) + "%")
        .with("y2", Figures.coordinate(y2))
        .classed(paint);
  }
}
