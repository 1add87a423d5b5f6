package dev.plumbline.host.dataset;

import java.util.List;

/** Another data set seen in another way: what a view does not say itself is as it is there. */
public interface DatasetView extends Dataset {
  /** The data set that is seen. */
  Dataset data();

  @Override
  default int size() {
    return data().size();
  }

  @Override
  default String source() {
    return data().source();
  }

  @Override
  default InputShape inputShape() {
    return data().inputShape();
  }

  @Override
  default Input input(int index) {
    return data().input(index);
  }

  @Override
  default PictureShape shape() {
    return data().shape();
  }

  @Override
  default Picture picture(int index) {
    return data().picture(index);
  }

  @Override
  default int label(int index) {
    return data().label(index);
  }

  @Override
  default boolean isLabelled() {
    return data().isLabelled();
  }

  @Override
  default int number(int index) {
    return data().number(index);
  }

  @Override
  default String name(int index) {
    return data().name(index);
  }

  @Override
  default List<String> namesOfWhole() {
    return data().namesOfWhole();
  }

  @Override
  default Place place(int index) {
    return data().place(index);
  }

  @Override
  default List<String> classNames() {
    return data().classNames();
  }
}
