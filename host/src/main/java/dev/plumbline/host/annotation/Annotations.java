package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Detection;
import dev.plumbline.host.task.Embedding;
import dev.plumbline.host.task.Keypoints;
import dev.plumbline.host.task.MultiLabel;
import dev.plumbline.host.task.Regression;
import dev.plumbline.host.task.Segmentation;
import dev.plumbline.host.task.Sequence;
import dev.plumbline.host.task.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which files of annotations go with which task: a line for each kind. */
public final class Annotations {
  private Annotations() {}

  /**
   * What should be decided on each picture, as far as somebody noted it.
   *
   * @param path of a file or folder of annotations; labels of the data take their place if absent
   * @return empty where there are no annotations, and no labels that models of this kind are
   *     measured by
   * @throws BadInputException as {@link #read}
   */
  public static Optional<List<Decision>> find(Optional<Path> path, Task task, Dataset data) {
    if (path.isPresent()) {
      return Optional.of(read(path.get(), task, data));
    }
    return task.takesLabels() && data.isLabelled()
        ? Optional.of(task.annotated(data))
        : Optional.empty();
  }

  /**
   * What should be decided on each picture.
   *
   * @param path of a file or folder of annotations
   * @param task of the models
   * @param data the pictures; annotations are found by {@link Dataset#name}
   * @return a decision for each picture, in order
   * @throws BadInputException if the annotations cannot be read, or do not go with the pictures
   */
  public static List<Decision> read(Path path, Task task, Dataset data) {
    if (task instanceof MultiLabel multiLabel) {
      return LabelSets.read(path, multiLabel, data);
    }
    if (task instanceof Detection detection) {
      return ObjectBoxes.read(path, detection, data);
    }
    if (task instanceof Sequence sequence) {
      return PictureTexts.read(path, sequence, data);
    }
    if (task instanceof Embedding) {
      return PairList.read(path, data);
    }
    if (task instanceof Regression) {
      return NumberList.read(path, data);
    }
    if (task instanceof Keypoints keypoints) {
      return PointList.read(path, keypoints, data);
    }
    if (task instanceof Segmentation segmentation) {
      return MaskFolder.read(path, segmentation, data);
    }
    throw new BadInputException(
        "annotations are "
            + path
            + " and the task is "
            + task.kind()
            + ", expected labels with the data");
  }
}
