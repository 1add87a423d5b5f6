package dev.plumbline.host.dataset;

import java.util.List;
import java.util.Objects;

/** Pictures of another data set, {@code from} and on. */
record RangeDataset(Dataset whole, int from, int size) implements Dataset {
  @Override
  public String source() {
    return whole.source();
  }

  @Override
  public InputShape inputShape() {
    return whole.inputShape();
  }

  @Override
  public Input input(int index) {
    return whole.input(inWhole(index));
  }

  @Override
  public PictureShape shape() {
    return whole.shape();
  }

  @Override
  public Picture picture(int index) {
    return whole.picture(inWhole(index));
  }

  @Override
  public int label(int index) {
    return whole.label(inWhole(index));
  }

  @Override
  public boolean isLabelled() {
    return whole.isLabelled();
  }

  @Override
  public int number(int index) {
    return whole.number(inWhole(index));
  }

  @Override
  public String name(int index) {
    return whole.name(inWhole(index));
  }

  @Override
  public List<String> namesOfWhole() {
    return whole.namesOfWhole();
  }

  @Override
  public List<String> classNames() {
    return whole.classNames();
  }

  @Override
  public Place place(int index) {
    return whole.place(inWhole(index));
  }

  private int inWhole(int index) {
    return from + Objects.checkIndex(index, size);
  }
}
