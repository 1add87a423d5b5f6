package dev.plumbline.host.search;

import dev.plumbline.host.dataset.TensorReach;
import java.util.List;
import java.util.OptionalInt;

/** Settings of searches on models of a few numbers. */
public final class TestSettings {
  private TestSettings() {}

  /** Of {@code boundary}, with published numbers for what is not given. */
  public static SearchSettings of(int steps, List<Float> clip, double epsilon, long randomSeed) {
    return new SearchSettings(
        new Boundary(),
        steps,
        SearchSettings.PUBLISHED_RATE,
        clip,
        SearchSettings.PUBLISHED_COVERAGE_WEIGHT,
        epsilon,
        0,
        new CloseValid(CloseValid.USUAL_MARGIN, CloseValid.USUAL_PER_SEED),
        true,
        OptionalInt.empty(),
        randomSeed,
        TensorReach.USUAL);
  }

  public static SearchSettings with(SearchSettings these, SearchAlgorithm algorithm) {
    return changed(these, algorithm, these.minConfidence(), these.close());
  }

  public static SearchSettings with(SearchSettings these, double minConfidence) {
    return changed(these, these.algorithm(), minConfidence, these.close());
  }

  public static SearchSettings with(SearchSettings these, CloseValid close) {
    return changed(these, these.algorithm(), these.minConfidence(), close);
  }

  private static SearchSettings changed(
      SearchSettings these, SearchAlgorithm algorithm, double minConfidence, CloseValid close) {
    return new SearchSettings(
        algorithm,
        these.steps(),
        these.rate(),
        these.clip(),
        these.coverageWeight(),
        these.epsilon(),
        minConfidence,
        close,
        these.confirmInWalk(),
        these.batch(),
        these.randomSeed(),
        these.reach());
  }
}
