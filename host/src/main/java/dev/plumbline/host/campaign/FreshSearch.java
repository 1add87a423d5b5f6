package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.HeldoutSeeds;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.RoundSearch;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.searchjob.CorpusSearch;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The search of a repair's rounds.
 *
 * @param original of the pair
 * @param preprocessing of both models
 * @param device computes gradients
 * @param host runs models on the host
 * @param settings of each search; the random seed is the round's, and without a clip the variance
 *     of the training pictures is the most that a published step changes
 * @param training pictures that the repair learns from
 */
public record FreshSearch(
    OnnxModel original,
    Preprocessing preprocessing,
    Device device,
    RuntimeProvider host,
    SearchSettings settings,
    Dataset training)
    implements RoundSearch {
  /** Named in words, of each round's own, or without influence on what is found. */
  private static final Set<String> NOT_NAMED =
      Set.of("algorithm", "confirm_in_walk", "random_seed", "batch");

  /**
   * A new search against each model of a repair: for the nearest deviations, and for those on which
   * the original is sure where the kind of task knows how sure it is.
   *
   * @param seeds that the repair neither learns nor searches from
   * @return empty if there are no such seeds
   */
  public Optional<NewSearch> against(HeldoutSeeds seeds) {
    if (!seeds.suffice()) {
      return Optional.empty();
    }
    List<Double> levels =
        Tasks.of(original).hasConfidence() ? List.of(0.0, 0.7, 0.9) : List.of(0.0);
    return Optional.of(
        new NewSearch(
            levels.stream()
                .map(level -> new NewSearch.Level(level, with(settings.forConfidence(level))))
                .toList(),
            seeds));
  }

  private FreshSearch with(SearchSettings others) {
    return new FreshSearch(original, preprocessing, device, host, others, training);
  }

  /** The algorithm, and what is not usual. */
  @Override
  public String id() {
    StringBuilder id = new StringBuilder(settings.algorithm().id());
    if (!settings.confirmInWalk()) {
      id.append(", not confirmed in the walk");
    }
    Map<String, Object> others = new LinkedHashMap<>(settings.json());
    others.keySet().removeAll(NOT_NAMED);
    others.entrySet().removeAll(SearchSettings.usual(settings.algorithm().id()).json().entrySet());
    others.forEach((name, value) -> id.append(", ").append(name).append(' ').append(value));
    return id.toString();
  }

  @Override
  public Corpus search(
      OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
    SearchSettings clipped =
        settings.clip().isEmpty() && settings.tensors().isEmpty()
            ? settings.withClip(SearchSettings.variance(training))
            : settings;
    return new CorpusSearch(original, model, preprocessing, device, host)
        .search(
            seeds,
            "the seeds of the repair's corpus",
            clipped.withRandomSeed(randomSeed),
            out,
            progress);
  }
}
