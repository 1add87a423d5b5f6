package dev.plumbline.host.campaign;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.OpenedData;
import java.util.LinkedHashMap;
import java.util.Map;

/** The four parts of a job's pictures, opened. */
record CampaignData(Dataset seeds, Dataset heldout, Dataset evaluation, Dataset training) {
  static CampaignData open(CampaignConfig config, Geometry geometry, Progress progress) {
    return new CampaignData(
        open(config.seeds(), geometry, progress),
        open(config.heldout(), geometry, progress),
        open(config.evaluation(), geometry, progress),
        open(config.training(), geometry, progress));
  }

  /** The parts by the names that a job gives them. */
  Map<String, Dataset> parts() {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put("seeds", seeds);
    parts.put("heldout", heldout);
    parts.put("evaluation", evaluation);
    parts.put("training", training);
    return parts;
  }

  private static Dataset open(
      CampaignConfig.DataConfig data, Geometry geometry, Progress progress) {
    OpenedData opened = Datasets.open(data.request(), geometry);
    if (!opened.leftOut().isNothing()) {
      progress.say(data + ": " + opened.leftOut());
    }
    return opened.pictures();
  }
}
