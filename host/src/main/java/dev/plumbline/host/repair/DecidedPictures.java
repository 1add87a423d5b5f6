package dev.plumbline.host.repair;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.util.List;

/**
 * Pictures, or tensors, in memory with what the original decides on them; that is their label where
 * it is one.
 *
 * @param decisions one for each picture
 * @param isLabelled whether these are labels
 */
record DecidedPictures(
    InputShape inputShape,
    List<String> classNames,
    List<Input> pictures,
    List<Decision> decisions,
    boolean isLabelled)
    implements Dataset {
  static DecidedPictures of(
      InputShape shape,
      List<String> classNames,
      List<? extends Input> pictures,
      List<Decision> decisions) {
    boolean labels = decisions.stream().allMatch(Label.class::isInstance);
    return new DecidedPictures(shape, classNames, List.copyOf(pictures), decisions, labels);
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public Input input(int index) {
    return pictures.get(index);
  }

  @Override
  public PictureShape shape() {
    return inputShape.requirePictures();
  }

  @Override
  public Picture picture(int index) {
    shape();
    return (Picture) pictures.get(index);
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
