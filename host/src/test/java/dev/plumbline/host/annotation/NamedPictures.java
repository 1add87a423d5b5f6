package dev.plumbline.host.annotation;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.util.List;

/** Pictures of which only the names matter. */
record NamedPictures(List<String> names, List<String> classNames) implements Dataset {
  @Override
  public int size() {
    return names.size();
  }

  @Override
  public PictureShape shape() {
    return new PictureShape(1, 1, 1);
  }

  @Override
  public Picture picture(int index) {
    return new Picture(shape(), new byte[1]);
  }

  @Override
  public int label(int index) {
    throw Dataset.noLabels("the data");
  }

  @Override
  public boolean isLabelled() {
    return false;
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }
}
