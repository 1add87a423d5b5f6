package dev.plumbline.host.dataset;

import java.util.List;
import java.util.function.Supplier;

/**
 * Inputs of which more lie in the same place.
 *
 * @param names as {@link #namesOfWhole} gives them, asked for when they are needed
 */
record PartOfWhole(Dataset data, Supplier<List<String>> names) implements DatasetView {
  /** Inputs that were read of a listing. */
  static Dataset of(Dataset data, Listing whole) {
    return new PartOfWhole(data, () -> whole.pictures().stream().map(Listing.Item::path).toList());
  }

  @Override
  public List<String> namesOfWhole() {
    return names.get();
  }
}
