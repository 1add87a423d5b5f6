package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.onnx.FixedInput;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.TaskChoice;
import dev.plumbline.host.task.TaskText;
import dev.plumbline.host.task.Tasks;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How decisions are read from what models give: from which output, by which rule. */
final class DecisionOptions {
  /** The option that names the task. */
  static final String TASK = "--task";

  private static final String FIXED_INPUT = "--fixed-input";

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description =
          "The output that holds the scores of classes, for models with several (default: the only"
              + " one that fits the classes of the data).")
  private String name;

  @Option(
      names = TASK,
      paramLabel = "KIND[,KEY=VALUE...]",
      description =
          "What the model decides: ${COMPLETION-CANDIDATES}. Some kinds have settings, such as"
              + " segmentation,iou=0.6; docs/tasks.md has them all (default: the model's metadata,"
              + " or else classification).",
      completionCandidates = Kinds.class)
  private String task;

  @Option(
      names = "--threshold",
      paramLabel = "SCORE:CLASS",
      description =
          "A label counts only if its softmax is at least SCORE; below that the model decides for"
              + " CLASS, a number or a name. \"Rotate only above 0.9\" is 0.9:upright (default: the"
              + " model's metadata, or else the largest score decides).")
  private String threshold;

  @Option(
      names = FIXED_INPUT,
      paramLabel = FixedInput.SYNTAX,
      description =
          "An input beside the one that data go to, the same in every run, such as a state or a"
              + " sampling rate; once for each (default: the model's metadata).")
  private List<String> fixed = List.of();

  /**
   * A model with its scores at the right output, and its task; says which output where it has
   * several.
   *
   * @param classNames of the data; none where it lists no classes
   */
  OnnxModel choose(OnnxModel model, List<String> classNames, CommonOptions common) {
    OnnxModel chosen = choice().of(withFixed(model), classNames);
    if (chosen.rows().isEmpty()) {
      OutputChoice.sentence(chosen).ifPresent(common::say);
    }
    return decides(chosen, classNames);
  }

  /**
   * As {@link #choose(OnnxModel, List, CommonOptions)}, for the pictures of a corpus: the task is
   * that of the corpus.
   *
   * @throws BadInputException if {@code --threshold} says another one
   */
  OnnxModel choose(OnnxModel model, Corpus corpus, CommonOptions common) {
    Task ofCorpus = corpus.header().task();
    OnnxModel read = task == null ? new ModelReading(model).like(corpus.header().reading()) : model;
    OnnxModel chosen = choose(read, corpus.header().classNames(), common);
    if (task != null && !Tasks.of(chosen).kind().equals(ofCorpus.kind())) {
      throw new BadInputException(
          "--task is "
              + task
              + " and corpus "
              + corpus.folder()
              + " was made with the task "
              + Tasks.words(ofCorpus)
              + ", expected the same");
    }
    if (threshold != null && !Tasks.of(chosen).equals(ofCorpus)) {
      throw new BadInputException(
          "--threshold is "
              + threshold
              + " and corpus "
              + corpus.folder()
              + " was made with the task "
              + Tasks.words(ofCorpus)
              + ", expected the same");
    }
    return Tasks.set(chosen, ofCorpus);
  }

  /** A model with its scores at the output that is named; as it is where none is. */
  OnnxModel named(OnnxModel model) {
    OnnxModel ready = withFixed(model);
    OnnxModel chosen =
        name == null && task != null
            ? Tasks.read(TASK, task, ready)
            : name == null ? ready : choice().of(ready, List.of());
    return decides(chosen, List.of());
  }

  private TaskChoice choice() {
    return new TaskChoice(
        TASK, Optional.ofNullable(task).map(TaskText::of), Optional.ofNullable(name));
  }

  private OnnxModel withFixed(OnnxModel model) {
    return new ModelReading(model)
        .withFixed(fixed.stream().map(text -> FixedInput.parse(FIXED_INPUT, text, model)).toList());
  }

  /** Names of all kinds, for the help text. */
  private static final class Kinds implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Tasks.names().iterator();
    }
  }

  private OnnxModel decides(OnnxModel model, List<String> classNames) {
    return choice().withThreshold(model, "--threshold", Optional.ofNullable(threshold), classNames);
  }
}
