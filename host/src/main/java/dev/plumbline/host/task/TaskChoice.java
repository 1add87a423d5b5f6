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
public record TaskChoice(String option, Optional<TaskText> task, Optional<String> output) {
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

  /**
   * A classifier whose labels count from a threshold on.
   *
   * @param name what the user calls the threshold: an option, a key of a job
   * @param threshold SCORE:CLASS; empty for what the model's metadata say
   * @param classNames as in {@link #of}
   * @throws BadInputException if the model is no classifier, or the threshold cannot be read
   */
  public OnnxModel withThreshold(
      OnnxModel model, String name, Optional<String> threshold, List<String> classNames) {
    if (threshold.isEmpty()) {
      return model;
    }
    if (model.rows().isPresent()) {
      throw new BadInputException(
          name
              + " is for classifications and model "
              + model.name()
              + " has the task "
              + Tasks.of(model).kind()
              + ", expected a setting in "
              + option);
    }
    Threshold least = Threshold.parse(name, threshold.get(), classNames);
    return Tasks.set(model, new Classification(Optional.of(least)));
  }

  private OnnxModel read(OnnxModel model) {
    return task.map(text -> Tasks.read(option, text, model)).orElse(model);
  }
}
