package dev.plumbline.host.corpus;

import dev.plumbline.host.task.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many deviations there are on which the original stays sure of its label.
 *
 * @param counts effective pictures by the least confidence of the original, as "0.5"; least first,
 *     each within the one before; empty where models tell no confidence
 */
public record ByConfidence(Map<String, Integer> counts) {
  private static final List<String> LEAST = List.of("0.5", "0.7", "0.9");

  public ByConfidence {
    counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
  }

  /**
   * Counts the effective ones among the rows of a corpus, as the search classed them; nothing where
   * the task has no confidence.
   */
  public static ByConfidence of(Task task, Collection<CorpusInput> inputs) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String least : task.hasConfidence() ? LEAST : List.<String>of()) {
      float bound = Float.parseFloat(least);
      counts.put(
          least,
          (int)
              inputs.stream()
                  .filter(input -> input.pictureClass() == PictureClass.EFFECTIVE)
                  .filter(input -> input.originalDecision().confidence() >= bound)
                  .count());
    }
    return new ByConfidence(counts);
  }
}
