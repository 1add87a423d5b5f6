package dev.plumbline.host.repair;

import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A new search against a model that a repair made, from held-out seeds. It goes level by level: a
 * deviation on which the original is surer is harder to find, so each level searches from the seeds
 * on which the one before has found something.
 *
 * @param levels at least one, the least confidence first
 * @param seeds to search from
 */
public record NewSearch(List<Level> levels, HeldoutSeeds seeds) {
  /**
   * One search of several.
   *
   * @param confidence that the original has in a deviation at least, 0 to below 1; 0 asks for none
   * @param search that looks for such deviations
   */
  public record Level(double confidence, RoundSearch search) {
    String name() {
      return confidence == 0 ? "any" : Double.toString(confidence);
    }
  }

  public NewSearch {
    levels = List.copyOf(levels);
  }

  /** What its result depends on beside models, data and random seed. */
  public String id() {
    return seeds.choosing().size()
        + " and "
        + seeds.measuring().size()
        + " seeds: "
        + levels.stream().map(level -> level.search().id()).collect(Collectors.joining("; "));
  }

  /** As {@link #find}, of whose results only the counts are wanted. */
  public NewSearchCounts counts(
      OnnxModel model,
      String originalSha256,
      Dataset from,
      Path folder,
      long randomSeed,
      Progress progress) {
    return find(model, originalSha256, from, folder, randomSeed, progress).counts();
  }

  /**
   * Searches, where a repair that was cut off did not yet.
   *
   * @param model the compressed model in question
   * @param originalSha256 of the original that it is compared with
   * @param from seeds of one kind
   * @param folder of a corpus for each level
   */
  NewFinds find(
      OnnxModel model,
      String originalSha256,
      Dataset from,
      Path folder,
      long randomSeed,
      Progress progress) {
    Map<Integer, Float> surest = new HashMap<>();
    List<Integer> reached = IntStream.range(0, from.size()).boxed().toList();
    for (Level level : levels) {
      List<Integer> open =
          reached.stream()
              .filter(seed -> surest.getOrDefault(seed, -1f) < (float) level.confidence())
              .toList();
      if (!open.isEmpty()) {
        Path out = folder.resolve(level.name());
        Corpus corpus =
            Files.exists(out)
                ? Corpus.open(out)
                : level
                    .search()
                    .search(model, Datasets.picked(from, open), out, randomSeed, progress);
        corpus.requireModels(originalSha256, model.sha256());
        corpus.inputs().stream()
            .filter(input -> input.pictureClass() == PictureClass.EFFECTIVE)
            .forEach(input -> surest.merge(open.get(input.seed()), confidence(input), Math::max));
      }
      reached =
          reached.stream()
              .filter(seed -> surest.getOrDefault(seed, -1f) >= (float) level.confidence())
              .toList();
    }
    List<Float> found = new ArrayList<>();
    for (int seed = 0; seed < from.size(); seed++) {
      found.add(surest.getOrDefault(seed, NewFinds.NOTHING));
    }
    return new NewFinds(levels.stream().map(Level::confidence).toList(), found);
  }

  private static float confidence(CorpusInput input) {
    return input.originalDecision().confidence();
  }
}
