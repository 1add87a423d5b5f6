package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/** How far effective pictures are from their seeds. */
final class DistancesPanel {
  private DistancesPanel() {}

  static Element of(List<Distance> distances) {
    double[] rms = distances.stream().mapToDouble(Distance::rms).sorted().toArray();
    double[] linf =
        distances.stream()
            .mapToDouble(distance -> Math.rint(distance.linf() * 255))
            .sorted()
            .toArray();
    return Panel.of(
        "Distances of effective pictures from their seeds",
        "RMS is the root of the mean squared change of a pixel, in units of the [0,1] pixel range;"
            + " L\u221e is the largest change of any pixel, here in steps of 8 bits.",
        Element.of(
                "div",
                Element.of(
                    "figure",
                    Element.text("figcaption", "RMS"),
                    Histogram.of(rms).draw("RMS distance")),
                Element.of(
                    "figure",
                    Element.text("figcaption", "L\u221e, in 1/255"),
                    Histogram.ofWhole(linf).draw("Largest change in 1/255")))
            .classed("side"),
        new Table(
                "Distances of " + Figures.count(rms.length, "effective picture"),
                "Distance",
                "Least",
                "Median",
                "Mean",
                "95th percentile",
                "Largest")
            .figuresFrom(1)
            .row("RMS", quantiles(rms, Figures::distance))
            .row("L\u221e", quantiles(linf, steps -> Figures.distance(steps / 255)))
            .element());
  }

  private static String[] quantiles(double[] sorted, DoubleFunction<String> text) {
    double mean = Arrays.stream(sorted).average().orElseThrow();
    int last = sorted.length - 1;
    return new String[] {
      text.apply(sorted[0]),
      text.apply(sorted[last / 2]),
      text.apply(mean),
      text.apply(sorted[(int) Math.ceil(0.95 * last)]),
      text.apply(sorted[last])
    };
  }
}
