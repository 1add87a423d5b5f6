package dev.plumbline.host.search;

import static dev.plumbline.host.search.SearchSettings.EPSILON;
import static dev.plumbline.host.search.SearchSettings.KEEP_VALUES;
import static dev.plumbline.host.search.SearchSettings.MAX_CHANGES;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.FloatBounds;
import dev.plumbline.host.dataset.TensorBounds;
import dev.plumbline.host.dataset.TensorReach;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.dataset.WholeNumberBounds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bounds on tensors as corpora keep them among the settings of their search. */
final class KeptTensorBounds {
  private static final String RANGE = "range";
  private static final String DEVIATION = "deviation";

  private KeptTensorBounds() {}

  /** What corpora keep of bounds: each with the name of its key. */
  static Map<String, Object> json(TensorBounds bounds) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (bounds instanceof FloatBounds floats) {
      map.put(EPSILON, floats.epsilon());
      map.put(DEVIATION, floats.deviation());
    } else if (bounds instanceof WholeNumberBounds whole) {
      map.put(MAX_CHANGES, whole.maxChanges());
      map.put(KEEP_VALUES, whole.keptValues());
    }
    map.put(RANGE, List.of(bounds.low(), bounds.high()));
    return map;
  }

  /**
   * The bounds of a corpus, but for what was said.
   *
   * @param kept settings of the corpus
   * @param shape of its tensors
   * @param said what goes before what the corpus keeps
   * @throws BadInputException if the corpus does not keep them, or what was said does not go with
   *     them
   */
  static TensorBounds read(Map<String, Object> kept, TensorShape shape, TensorReach said) {
    if (kept.get(RANGE) instanceof List<?> range
        && range.size() == 2
        && range.get(0) instanceof Number low
        && range.get(1) instanceof Number high) {
      if (kept.get(EPSILON) instanceof Number found) {
        return new FloatBounds(
            said.epsilon().map(Epsilon::number).orElse(found.doubleValue()),
            low.floatValue(),
            high.floatValue(),
            deviation(kept, high.doubleValue() - low.doubleValue()));
      }
      if (kept.get(MAX_CHANGES) instanceof Number found) {
        said.requireNothingOfFloats();
        return new WholeNumberBounds(
            said.maxChanges().map(most -> most.of(shape.elements())).orElse(found.intValue()),
            low.floatValue(),
            high.floatValue(),
            said.keptValues().isEmpty() ? wholeNumbers(kept.get(KEEP_VALUES)) : said.keptValues());
      }
    }
    throw new BadInputException(
        "the settings of the corpus are "
            + kept
            + ", expected "
            + RANGE
            + " and "
            + EPSILON
            + " or "
            + MAX_CHANGES
            + " of a search on tensors");
  }

  /** Of a corpus from before it was kept, that of numbers that lie evenly in their range. */
  private static double deviation(Map<String, Object> kept, double range) {
    return kept.get(DEVIATION) instanceof Number found
        ? found.doubleValue()
        : range / Math.sqrt(12);
  }

  private static List<Integer> wholeNumbers(Object kept) {
    return kept instanceof List<?> list
        ? list.stream()
            .filter(Number.class::isInstance)
            .map(number -> ((Number) number).intValue())
            .toList()
        : List.of();
  }
}
