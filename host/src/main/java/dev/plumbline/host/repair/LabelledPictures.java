package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.util.List;

/**
 * Pictures in memory with the labels that the original gives them.
 *
 * @param labels one for each picture; not to be changed
 */
record LabelledPictures(
    PictureShape shape, List<String> classNames, List<Picture> pictures, int[] labels)
    implements Dataset {
  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Picture picture(int index) {
    return pictures.get(index);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    return Integer.toString(index);
  }
}
