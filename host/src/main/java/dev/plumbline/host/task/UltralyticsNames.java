package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Ultralytics' exporter writes into a model's metadata. */
final class UltralyticsNames {
  /** The key of the classes, a dictionary such as <code>{0: 'person', 1: 'bicycle'}</code>. */
  private static final String NAMES = "names";

  private static final Pattern NAME = Pattern.compile("(?:^\\{|, )\\d+: ['\"]");

  /** The key of what the model is for. */
  private static final String TASK = "task";

  /** Whose outputs hold more numbers beside the scores of classes. */
  private static final Set<String> OTHERS = Set.of("segment", "pose", "obb");

  private UltralyticsNames() {}

  /** How many classes the model knows; empty where it was exported by something else. */
  static OptionalInt count(OnnxModel model) {
    Optional<String> names = model.metadata(NAMES).filter(text -> text.startsWith("{"));
    return names.isEmpty() || model.metadata("stride").isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(NAME.matcher(names.get()).results().count()));
  }

  /**
   * @throws BadInputException if the model finds masks, keypoints or turned boxes
   */
  static void requireDetector(OnnxModel model) {
    String task = model.metadata(TASK).orElse("");
    if (count(model).isPresent() && OTHERS.contains(task)) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + model.graph().outputs().stream()
                  .map(ValueInfo::text)
                  .collect(Collectors.joining(", "))
              + " and its metadata say task "
              + task
              + ", expected detect: masks, keypoints and turned boxes of single objects are not"
              + " read");
    }
  }
}
