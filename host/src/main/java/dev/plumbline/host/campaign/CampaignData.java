package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.OpenedData;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Task;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The four parts of a job's pictures, opened.
 *
 * @param truth what should be decided on each evaluation picture; empty where nobody noted it
 * @param leftOut what was left out of them, by their names; only parts of which something was
 */
record CampaignData(
    Dataset seeds,
    Dataset heldout,
    Dataset evaluation,
    Dataset training,
    Optional<List<Decision>> truth,
    Map<String, LeftOut> leftOut) {
  private static final String SEEDS = "seeds";
  private static final String HELDOUT = "heldout";
  private static final String EVALUATION = "evaluation";
  private static final String TRAINING = "training";

  static CampaignData open(CampaignConfig config, Geometry geometry, Progress progress) {
    Map<String, CampaignConfig.DataConfig> configs = new LinkedHashMap<>();
    configs.put(SEEDS, config.seeds());
    configs.put(HELDOUT, config.heldout());
    configs.put(EVALUATION, config.evaluation());
    configs.put(TRAINING, config.training());
    Map<String, Dataset> pictures = new LinkedHashMap<>();
    Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    configs.forEach(
        (part, data) -> {
          OpenedData opened = Datasets.open(data.request(), geometry);
          pictures.put(part, opened.pictures());
          opened.warning().ifPresent(why -> progress.say("warning: " + part + ": " + why));
          if (!opened.leftOut().isNothing()) {
            leftOut.put(part, opened.leftOut());
            progress.say(data + ": " + opened.leftOut());
          }
        });
    return new CampaignData(
        pictures.get(SEEDS),
        pictures.get(HELDOUT),
        pictures.get(EVALUATION),
        pictures.get(TRAINING),
        Optional.empty(),
        leftOut);
  }

  /**
   * These, with what is noted about the evaluation pictures: annotations, or their labels.
   *
   * @throws dev.plumbline.host.BadInputException if annotations cannot be read, or are of other
   *     pictures
   */
  CampaignData noted(Optional<Path> annotations, Task task) {
    return new CampaignData(
        seeds,
        heldout,
        evaluation,
        training,
        Annotations.find(annotations, task, evaluation),
        leftOut);
  }

  /** The parts by the names that a job gives them. */
  Map<String, Dataset> parts() {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put(SEEDS, seeds);
    parts.put(HELDOUT, heldout);
    parts.put(EVALUATION, evaluation);
    parts.put(TRAINING, training);
    return parts;
  }
}
