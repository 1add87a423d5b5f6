package dev.plumbline.host.dataset;

import java.util.List;

/**
 * Some inputs of another data set.
 *
 * @param data the whole data set
 * @param picked places of the inputs in it, in the order in which they are seen here
 */
record PickedDataset(Dataset data, List<Integer> picked) implements DatasetView {
  PickedDataset {
    picked = List.copyOf(picked);
  }

  @Override
  public int size() {
    return picked.size();
  }

  @Override
  public Input input(int index) {
    return data.input(picked.get(index));
  }

  @Override
  public Picture picture(int index) {
    return data.picture(picked.get(index));
  }

  @Override
  public int label(int index) {
    return data.label(picked.get(index));
  }

  /** What is picked is a data set of its own. */
  @Override
  public int number(int index) {
    return index;
  }

  @Override
  public String name(int index) {
    return data.name(picked.get(index));
  }

  @Override
  public Place place(int index) {
    return data.place(picked.get(index));
  }
}
