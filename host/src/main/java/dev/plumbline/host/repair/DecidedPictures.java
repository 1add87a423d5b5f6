package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.util.List;

/**
 * Pictures in memory with what the original decides on them; that is their label where it is one.
 *
 * @param decisions one for each picture
 * @param isLabelled whether these are labels
 */
record DecidedPictures(
    PictureShape shape,
    List<String> classNames,
    List<Picture> pictures,
    List<Decision> decisions,
    boolean isLabelled)
    implements Dataset {
  static DecidedPictures of(
      PictureShape shape,
      List<String> classNames,
      List<Picture> pictures,
      List<Decision> decisions) {
    boolean labels = decisions.stream().allMatch(Label.class::isInstance);
    return new DecidedPictures(shape, classNames, pictures, decisions, labels);
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public Picture picture(int index) {
    return pictures.get(index);
  }

  @Override
  public int label(int index) {
    if (!isLabelled) {
      throw Dataset.noLabels("what the original decided");
    }
    return Label.of(decisions.get(index)).number();
  }

  @Override
  public String name(int index) {
    return Integer.toString(index);
  }
}
