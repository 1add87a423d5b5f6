package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.DatasetView;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Place;
import java.util.List;

/**
 * Some pictures of a data set.
 *
 * @param indices of the pictures, in order
 */
record ChosenPictures(Dataset data, List<Integer> indices) implements DatasetView {
  ChosenPictures {
    indices = List.copyOf(indices);
  }

  @Override
  public int size() {
    return indices.size();
  }

  @Override
  public Input input(int index) {
    return data.input(indices.get(index));
  }

  @Override
  public Picture picture(int index) {
    return data.picture(indices.get(index));
  }

  @Override
  public int label(int index) {
    return data.label(indices.get(index));
  }

  @Override
  public String name(int index) {
    return data.name(indices.get(index));
  }

  @Override
  public Place place(int index) {
    return data.place(indices.get(index));
  }
}
