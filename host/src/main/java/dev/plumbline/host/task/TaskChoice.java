package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import java.util.List;
import java.util.Optional;

/**
 * How a user wants models to be read.
 *
 * @param option what the user calls the task: an option, a key of a job
 * @param task KIND or KIND,KEY=VALUE,...; empty for what the metadata say
 * @param output that holds the scores of a classifier; empty for the only one that fits
 */
public record TaskChoice(String option, Optional<String> task, Optional<String> output) {
  /**
   * A model that is read so; its file and SHA-256 stay.
   *
   * @param classNames of the data or the corpus; none where it lists no classes
   * @throws BadInputException if its outputs do not fit, or several may be meant
   */
  public OnnxModel of(OnnxModel model, List<String> classNames) {
    OnnxModel read = read(model);
    if (read.rows().isEmpty()) {
      return TaskProposals.classifier(
          read, option, each -> OutputChoice.of(each, output, classNames));
    }
    if (output.isPresent()) {
      throw new BadInputException(
          "the output "
              + output.get()
              + " is named and model "
              + model.name()
              + " has the task "
              + Tasks.of(read).kind()
              + ", which finds its outputs itself: expected no output to be named");
    }
    return read;
  }

  private OnnxModel read(OnnxModel model) {
    return task.map(text -> Tasks.read(option, text, model)).orElse(model);
  }
}
