package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.List;

/**
 * Tensors in memory. What asks for pictures is told that there are none.
 *
 * @param source what to call it in messages
 * @param shape of each
 * @param inputs at least one
 * @param labels one for each, or each {@link Listing#NO_LABEL}; not to be changed
 * @param names of the inputs
 * @param classNames by label
 */
record TensorDataset(
    String source,
    TensorShape inputShape,
    List<TensorInput> inputs,
    int[] labels,
    List<String> names,
    List<String> classNames)
    implements Dataset {
  TensorDataset {
    inputs = List.copyOf(inputs);
    names = List.copyOf(names);
    classNames = List.copyOf(classNames);
  }

  @Override
  public int size() {
    return inputs.size();
  }

  @Override
  public TensorInput input(int index) {
    return inputs.get(index);
  }

  @Override
  public PictureShape shape() {
    throw noPictures();
  }

  @Override
  public Picture picture(int index) {
    throw noPictures();
  }

  private BadInputException noPictures() {
    return new BadInputException(
        source
            + " holds tensors of "
            + inputShape
            + ": expected pictures, as what is asked here is not done with tensors");
  }

  @Override
  public int label(int index) {
    if (!isLabelled()) {
      throw Dataset.noLabels(source);
    }
    return labels[index];
  }

  @Override
  public boolean isLabelled() {
    return labels[0] != Listing.NO_LABEL;
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }
}
