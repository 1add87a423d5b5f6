package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.util.List;

/**
 * Pictures with other labels than their own: those that the original gives them.
 *
 * @param pictures the pictures
 * @param labels one for each of them; not to be changed
 */
record Relabelled(Dataset pictures, int[] labels) implements Dataset {
  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public PictureShape shape() {
    return pictures.shape();
  }

  @Override
  public Picture picture(int index) {
    return pictures.picture(index);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    return pictures.name(index);
  }

  @Override
  public List<String> classNames() {
    return pictures.classNames();
  }
}
