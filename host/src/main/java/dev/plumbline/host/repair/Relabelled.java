package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.DatasetView;

/**
 * Pictures with other labels than their own: those that the original gives them.
 *
 * @param data the pictures
 * @param labels one for each of them; not to be changed
 */
record Relabelled(Dataset data, int[] labels) implements DatasetView {
  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public boolean isLabelled() {
    return true;
  }
}
