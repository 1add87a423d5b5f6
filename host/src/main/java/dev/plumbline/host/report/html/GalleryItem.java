package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Input;
import java.util.List;
import java.util.Optional;

/**
 * A deviation to be looked at.
 *
 * @param name where the seed comes from, as {@code Dataset.name} tells
 * @param seed the picture that the search started from, or a tensor
 * @param mutated what it became, of the same shape
 * @param seedLabel what the original decides on the seed, in words
 * @param original what the original says of the mutated picture
 * @param compressed what the compressed model says of it, by the leading judge
 * @param repaired what the repaired model says of it; empty before the repair
 * @param verdicts of all judges
 * @param distance from the seed
 * @param severity of the deviation with its unit; empty where it is not known
 * @param step of the search that made it, from 1
 */
public record GalleryItem(
    String name,
    Input seed,
    Input mutated,
    String seedLabel,
    Prediction original,
    Prediction compressed,
    Optional<Prediction> repaired,
    List<JudgeVerdict> verdicts,
    Distance distance,
    Optional<String> severity,
    int step) {
  public GalleryItem {
    if (!seed.shape().equals(mutated.shape())) {
      throw new IllegalArgumentException(
          "a seed of " + seed.shape() + " and a mutated input of " + mutated.shape());
    }
    verdicts = List.copyOf(verdicts);
  }
}
