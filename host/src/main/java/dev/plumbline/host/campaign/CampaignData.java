package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;

/** The four parts of a job's pictures, opened. */
record CampaignData(Dataset seeds, Dataset heldout, Dataset evaluation, Dataset training) {
  static CampaignData open(CampaignConfig config) {
    return new CampaignData(
        open(config.seeds()),
        open(config.heldout()),
        open(config.evaluation()),
        open(config.training()));
  }

  private static Dataset open(CampaignConfig.DataConfig data) {
    return Datasets.open(
        data.data(),
        data.split().map(Split::parse).orElse(null),
        data.range().map(Range::parse).orElse(null));
  }
}
