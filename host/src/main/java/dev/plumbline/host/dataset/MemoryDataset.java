package dev.plumbline.host.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/** Pictures that are held in memory, one after the other in one array. */
final class MemoryDataset implements Dataset {
  private final PictureShape shape;
  private final byte[] pixels;
  private final int[] labels;
  private final IntFunction<String> names;
  private final List<String> classNames;

  /**
   * @param pixels of all pictures, each as in {@link Picture#pixels()}; not to be changed
   * @param labels one per picture, each below {@code classNames.size()}, or each {@link
   *     Listing#NO_LABEL}; not to be changed
   * @param names of the pictures, by index
   */
  MemoryDataset(
      PictureShape shape,
      byte[] pixels,
      int[] labels,
      IntFunction<String> names,
      List<String> classNames) {
    if (pixels.length != (long) labels.length * shape.bytes()) {
      throw new IllegalArgumentException(
          pixels.length + " bytes for " + labels.length + " pictures of " + shape);
    }
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.names = names;
    this.classNames = List.copyOf(classNames);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public PictureShape shape() {
    return shape;
  }

  @Override
  public Picture picture(int index) {
    int at = Objects.checkIndex(index, labels.length) * shape.bytes();
    return new Picture(shape, Arrays.copyOfRange(pixels, at, at + shape.bytes()));
  }

  @Override
  public int label(int index) {
    requireLabels();
    return labels[index];
  }

  @Override
  public boolean isLabelled() {
    return labels.length == 0 || labels[0] != Listing.NO_LABEL;
  }

  @Override
  public String name(int index) {
    return names.apply(Objects.checkIndex(index, labels.length));
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }
}
