package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the one output that a task of one output reads. */
final class OutputOfTask {
  /** The setting that names it. */
  static final String SETTING = "output";

  static final String MEANING = "name of the output to read; default the only one that fits";

  private OutputOfTask() {}

  /**
   * The output that the user names, or else the only one that fits.
   *
   * @param fits asked of outputs whose shape the model says; others may fit
   * @param expected the shapes that fit, in words
   * @throws BadInputException if there is none, or more than one
   */
  static ValueInfo find(
      OnnxModel model, TaskSettings settings, Predicate<ValueInfo> fits, String expected) {
    List<ValueInfo> outputs = model.graph().outputs();
    List<ValueInfo> fitting =
        outputs.stream()
            .filter(output -> settings.text(SETTING).map(output.name()::equals).orElse(true))
            .filter(output -> output.kind().isEmpty() || output.kind().equals("tensor"))
            .filter(output -> output.shape().isEmpty() || fits.test(output))
            .toList();
    if (fitting.size() != 1) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has the outputs "
              + outputs.stream().map(ValueInfo::text).collect(Collectors.joining(", "))
              + settings.text(SETTING).map(name -> " and output=" + name + " is set").orElse("")
              + ", expected "
              + (fitting.isEmpty() ? "" : "output=NAME, as only one is read, of ")
              + expected
              + " for the task "
              + settings.kind());
    }
    return fitting.get(0);
  }
}
