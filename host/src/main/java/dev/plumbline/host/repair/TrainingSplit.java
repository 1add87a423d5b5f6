package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Range;

/**
 * Training data of which a part is kept clean, where there are no clean pictures beside them.
 *
 * @param training what a repair learns from
 * @param clean the rest
 */
public record TrainingSplit(Dataset training, Dataset clean) {
  private static final double CLEAN_SHARE = 0.2;
  private static final int MOST_CLEAN = 2000;

  /** The last fifth, at most 2,000 pictures, stays clean. */
  public static TrainingSplit of(Dataset data) {
    int clean = Math.max(1, (int) Math.min(MOST_CLEAN, Math.round(CLEAN_SHARE * data.size())));
    int from = Math.max(1, data.size() - clean);
    return from >= data.size()
        ? new TrainingSplit(data, data)
        : new TrainingSplit(
            Datasets.range(data, Range.of(0, from)),
            Datasets.range(data, Range.of(from, data.size())));
  }
}
