package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchAlgorithm;
import dev.plumbline.host.search.SearchAlgorithms;
import dev.plumbline.host.search.SearchSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a job says of its search.
 *
 * @param algorithm its name; boundary if absent
 * @param steps mutations per seed; the algorithm's usual number if absent
 * @param epsilon how far boundary may change a pixel; 8/255 if absent
 * @param minConfidence that the original is to keep; see {@link SearchSettings}; 0 if absent
 * @param keepClose margin in logits below which valid pictures are kept; see {@link CloseValid}
 * @param closePerSeed the most of them that are kept of a seed
 * @param confirmInWalk whether the host confirms what the proxy calls effective while the search
 *     goes; it does if absent
 * @param batch seeds that walk together; as many as memory has room for if absent
 */
public record SearchConfig(
    Optional<String> algorithm,
    Optional<Integer> steps,
    Optional<Epsilon> epsilon,
    @JsonProperty("min_confidence") Optional<Double> minConfidence,
    @JsonProperty("keep_close") Optional<Double> keepClose,
    @JsonProperty("close_per_seed") Optional<Integer> closePerSeed,
    @JsonProperty("confirm_in_walk") Optional<Boolean> confirmInWalk,
    Optional<Integer> batch) {

  /** Refused here and not after an hour of work. */
  public SearchConfig {
    SearchAlgorithm chosen = SearchAlgorithms.byName(algorithm.orElse(SearchAlgorithms.USUAL));
    if (minConfidence.orElse(0.0) > 0 && !chosen.keepsConfidence()) {
      throw new IllegalArgumentException(
          "min_confidence is given with the algorithm "
              + algorithm.orElseThrow()
              + ", which has no such bound; expected "
              + SearchAlgorithms.USUAL);
    }
    settings(chosen, steps, epsilon, minConfidence, batch, List.of(1f), 0);
  }

  static SearchConfig usual() {
    return new SearchConfig(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  SearchAlgorithm chosen() {
    return SearchAlgorithms.byName(algorithm.orElse(SearchAlgorithms.USUAL));
  }

  /**
   * @param clip see {@link SearchSettings}
   */
  SearchSettings settings(List<Float> clip, long randomSeed) {
    return settings(chosen(), steps, epsilon, minConfidence, batch, clip, randomSeed);
  }

  private static SearchSettings settings(
      SearchAlgorithm chosen,
      Optional<Integer> steps,
      Optional<Epsilon> epsilon,
      Optional<Double> minConfidence,
      Optional<Integer> batch,
      List<Float> clip,
      long randomSeed) {
    SearchSettings settings =
        new SearchSettings(
                steps.orElse(chosen.usualSteps()),
                SearchSettings.PUBLISHED_RATE,
                clip,
                SearchSettings.PUBLISHED_COVERAGE_WEIGHT,
                epsilon.map(Epsilon::ofRange).orElse(SearchSettings.USUAL_EPSILON),
                randomSeed)
            .withMinConfidence(minConfidence.orElse(0.0));
    return batch.map(settings::withBatch).orElse(settings);
  }

  /** What confirms, of what runs models on the host. */
  Optional<RuntimeProvider> confirmer(RuntimeProvider host) {
    return Optional.of(host).filter(provider -> confirmInWalk.orElse(true));
  }

  CloseValid close() {
    return new CloseValid(
        keepClose.orElse(CloseValid.USUAL_MARGIN), closePerSeed.orElse(CloseValid.USUAL_PER_SEED));
  }
}
