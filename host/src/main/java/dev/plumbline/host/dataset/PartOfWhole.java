package dev.plumbline.host.dataset;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * Inputs of which more lie in the same place.
 *
 * @param names as {@link #namesOfWhole} gives them, asked for when they are needed
 * @param numbers as {@link #number} gives them
 */
record PartOfWhole(Dataset data, Supplier<List<String>> names, IntUnaryOperator numbers)
    implements DatasetView {
  /**
   * Inputs that were read of a listing, in its order; some may be left out.
   *
   * @param range which of the listing were to be read, or null for all
   */
  static Dataset of(Dataset data, Listing whole, Range range) {
    List<Listing.Item> listed = whole.pictures();
    int[] numbers = new int[data.size()];
    int at = range == null ? 0 : range.from();
    for (int i = 0; i < numbers.length; i++) {
      while (!listed.get(at).path().equals(data.name(i))) {
        at++;
      }
      numbers[i] = at++;
    }
    return new PartOfWhole(
        data, () -> listed.stream().map(Listing.Item::path).toList(), index -> numbers[index]);
  }

  @Override
  public int number(int index) {
    return numbers.applyAsInt(index);
  }

  @Override
  public List<String> namesOfWhole() {
    return names.get();
  }
}
