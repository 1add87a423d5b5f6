package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.guard.Guard;
import dev.plumbline.host.guard.GuardSplit;
import dev.plumbline.host.guard.PastGuard;
import dev.plumbline.host.guard.Share;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Searches for deviations that get past a guard: the original holds, and the compressed model's
 * margin for its own wrong decision is at least the threshold.
 *
 * @param preprocessing of both models
 * @param device computes gradients
 * @param provider runs models on the host, which has the last word
 */
public record GuardAttack(
    OnnxModel original,
    OnnxModel compressed,
    Preprocessing preprocessing,
    Device device,
    RuntimeProvider provider,
    Progress progress) {

  /**
   * Seeds that the guard was not calibrated on: the first clean pictures of the measured half that
   * are no seeds of the corpora.
   *
   * @param most how many, at least 1
   * @throws BadInputException if there is none
   */
  public Dataset seeds(Guard guard, List<Corpus> corpora, Dataset clean, int most) {
    Set<Input> searched = new HashSet<>();
    for (Corpus corpus : corpora) {
      corpus.inputs().stream()
          .map(CorpusInput::seed)
          .distinct()
          .forEach(seed -> searched.add(corpus.seed(seed)));
    }
    GuardSplit split = new GuardSplit(guard.randomSeed());
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < clean.size() && chosen.size() < most; i++) {
      Input picture = clean.input(i);
      if (split.of(picture) == GuardSplit.Half.MEASURED && !searched.contains(picture)) {
        chosen.add(i);
      }
    }
    if (chosen.isEmpty()) {
      throw new BadInputException(
          "all clean pictures of the measured half are seeds of the corpora, expected others in"
              + " --data to attack the guard from");
    }
    return Datasets.picked(clean, chosen);
  }

  /**
   * Searches and counts.
   *
   * @param out the corpus to write
   */
  public PastGuard attack(
      Guard guard, Dataset seeds, String data, SearchSettings settings, Path out) {
    SearchSettings past = settings.past(guard.rule().threshold());
    Corpus found =
        new CorpusSearch(original, compressed, preprocessing, device, provider)
            .search(seeds, data, past, out, progress);
    Count count = new Count();
    new DeviationMargins(compressed, provider, progress)
        .each(
            found,
            (input, margin) -> {
              count.deepest = Math.max(count.deepest, (float) margin);
              if (guard.rule().isCertain(margin)) {
                count.pictures++;
                count.seeds.add(input.seed());
              }
            });
    return new PastGuard(
        past.algorithm().id() + ", " + past.steps() + " steps",
        new Share(count.seeds.size(), seeds.size()),
        count.pictures,
        count.deepest);
  }

  private static final class Count {
    private final Set<Integer> seeds = new HashSet<>();
    private int pictures;
    private float deepest;
  }
}
