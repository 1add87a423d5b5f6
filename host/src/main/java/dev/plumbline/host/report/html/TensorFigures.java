package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.TensorInput;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a search made of a tensor: whole numbers as a table of what was replaced, a row of numbers
 * as a line, all others as a map of their sizes.
 */
final class TensorFigures {
  /** Rows of a table; the others are counted. */
  private static final int MOST_ROWS = 24;

  private TensorFigures() {}

  /**
   * @param mutated of the shape of the seed
   */
  static Element of(TensorInput seed, TensorInput mutated) {
    if (isWhole(seed.values()) && isWhole(mutated.values())) {
      return replaced(seed, mutated);
    }
    float[] from = seed.values();
    float[] to = mutated.values();
    float[] change = new float[from.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = to[i] - from[i];
    }
    Element figures = Element.of("div").classed("pictures");
    if (isRow(seed)) {
      LinePlot plot = LinePlot.over(from, to);
      return figures.add(
          List.of(
              figure(plot.draw(List.of(from)), "Seed", "The seed as a line"),
              figure(plot.draw(List.of(from, to)), "Mutated", "The seed, and the mutated input"),
              figure(
                  LinePlot.over(change).draw(List.of(change)),
                  "Difference, at most " + size(largest(change)),
                  "What changed, on a scale of its own")));
    }
    HeatMap map = HeatMap.over(from, to);
    int columns = columns(seed);
    return figures.add(
        List.of(
            figure(map.draw(from, columns), "Seed", "The numbers of the seed, dark to light"),
            figure(map.draw(to, columns), "Mutated", "The numbers of the mutated input"),
            figure(
                HeatMap.over(change).draw(change, columns),
                "Difference, at most " + size(largest(change)),
                "What changed, on a scale of its own")));
  }

  private static Element replaced(TensorInput seed, TensorInput mutated) {
    float[] from = seed.values();
    float[] to = mutated.values();
    int[] places = IntStream.range(0, from.length).filter(i -> from[i] != to[i]).toArray();
    int more = places.length - MOST_ROWS;
    String caption =
        places.length
            + " of "
            + from.length
            + " elements changed"
            + (more > 0 ? ", the first" : "");
    Table table = new Table(caption, "Place", "Seed", "Mutated").figuresFrom(1);
    Arrays.stream(places)
        .limit(MOST_ROWS)
        .forEach(i -> table.row(place(i, seed.shape().dims()), number(from[i]), number(to[i])));
    return table.element();
  }

  /** Indices of an element, counted from 0. */
  private static String place(int index, List<Integer> dims) {
    StringBuilder text = new StringBuilder();
    int rest = index;
    for (int d = dims.size() - 1; d >= 0; d--) {
      text.insert(0, rest % dims.get(d) + (d == dims.size() - 1 ? "" : ", "));
      rest /= dims.get(d);
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  private static String size(double number) {
    return String.format(Locale.ROOT, "%.3g", number);
  }

  private static String number(float value) {
    return Long.toString((long) value);
  }

  private static Element figure(Picture picture, String caption, String alt) {
    return Element.of("figure", Gallery.image(picture, alt), Element.text("figcaption", caption));
  }

  private static boolean isWhole(float[] values) {
    for (float value : values) {
      if (value != Math.rint(value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all dimensions but one are 1. */
  private static boolean isRow(TensorInput input) {
    return input.shape().dims().stream().anyMatch(d -> d == input.values().length);
  }

  private static int columns(TensorInput input) {
    List<Integer> dims = input.shape().dims();
    return dims.get(dims.size() - 1);
  }

  private static double largest(float[] change) {
    double largest = 0;
    for (float value : change) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
