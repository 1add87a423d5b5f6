package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import java.util.LinkedHashMap;
import java.util.Map;

/** The four parts of a job's pictures, opened. */
record CampaignData(Dataset seeds, Dataset heldout, Dataset evaluation, Dataset training) {
  static CampaignData open(CampaignConfig config, Geometry geometry) {
    return new CampaignData(
        open(config.seeds(), geometry),
        open(config.heldout(), geometry),
        open(config.evaluation(), geometry),
        open(config.training(), geometry));
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

  private static Dataset open(CampaignConfig.DataConfig data, Geometry geometry) {
    return Datasets.open(
        data.data(),
        data.split().map(Split::parse).orElse(null),
        data.range().map(Range::parse).orElse(null),
        geometry);
  }
}
