package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.ChannelStatistics;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.RoundSearch;
import dev.plumbline.host.search.SearchAlgorithm;
import dev.plumbline.host.search.SearchSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The search of a repair's rounds, with an algorithm's usual numbers.
 *
 * @param original of the pair
 * @param preprocessing of both models
 * @param device computes gradients
 * @param algorithm how to search
 * @param confirmer as {@link CorpusSearch} has it
 * @param batch seeds that walk together; empty for as many as memory has room for
 * @param training whose variance per channel is the most that a published step changes
 */
public record FreshSearch(
    OnnxModel original,
    Preprocessing preprocessing,
    Device device,
    SearchAlgorithm algorithm,
    Optional<RuntimeProvider> confirmer,
    Optional<Integer> batch,
    Dataset training)
    implements RoundSearch {
  @Override
  public String id() {
    return algorithm.id() + (confirmer.isPresent() ? "" : ", not confirmed in the walk");
  }

  @Override
  public Corpus search(
      OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
    List<Float> clip = new ArrayList<>();
    for (double variance : ChannelStatistics.of(training).variance()) {
      clip.add((float) variance);
    }
    SearchSettings settings =
        new SearchSettings(
            algorithm.usualSteps(),
            SearchSettings.PUBLISHED_RATE,
            clip,
            SearchSettings.PUBLISHED_COVERAGE_WEIGHT,
            SearchSettings.USUAL_EPSILON,
            randomSeed);
    return new CorpusSearch(original, model, preprocessing, device, confirmer)
        .search(
            seeds,
            "the seeds of the repair's corpus",
            algorithm,
            batch.map(settings::withBatch).orElse(settings),
            CloseValid.usual(),
            out,
            progress);
  }
}
