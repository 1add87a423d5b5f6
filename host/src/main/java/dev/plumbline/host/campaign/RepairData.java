package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.repair.CorpusSeeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a repair learns from and is measured on.
 *
 * @param corpus that the repair learns from
 * @param heldout a corpus of other seeds, to choose the best round by; empty to set seeds aside
 * @param training pictures that the repair learns from too
 * @param clean pictures to guard the accuracy on; empty for a repair without rounds
 */
public record RepairData(
    Corpus corpus, Optional<Corpus> heldout, Dataset training, Optional<Dataset> clean) {
  private static final String HELD_OUT = "held-out seeds";
  private static final String CLEAN = "clean pictures";

  /** Parts that share pictures. */
  public List<Overlap> overlaps(Progress progress) {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    if (!corpus.inputs().isEmpty()) {
      parts.put("corpus seeds", CorpusSeeds.of(corpus));
    }
    heldout
        .filter(other -> !other.inputs().isEmpty())
        .ifPresent(other -> parts.put(HELD_OUT, CorpusSeeds.of(other)));
    parts.put("training pictures", training);
    clean.ifPresent(pictures -> parts.put(CLEAN, pictures));
    return Overlap.between(parts, progress);
  }

  /**
   * The overlaps that spoil a measurement. Corpus seeds and training pictures are both learned
   * from, so they may overlap; what the user names to measure on has to be apart from them.
   *
   * @param namesClean whether the user says which pictures are clean
   */
  public static List<Overlap> spoiling(List<Overlap> overlaps, boolean namesClean) {
    return overlaps.stream()
        .filter(overlap -> overlap.isWith(HELD_OUT) || namesClean && overlap.isWith(CLEAN))
        .toList();
  }
}
