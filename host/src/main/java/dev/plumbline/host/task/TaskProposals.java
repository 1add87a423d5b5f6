package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a model may be for, by its graph. A graph does not tell for sure, so that somebody has to
 * say it.
 *
 * @param model that was looked at
 * @param fitting the likeliest first; none where no kind fits
 */
public record TaskProposals(OnnxModel model, List<Proposal> fitting) {
  /** What a user gives in place of a kind, to be told which. */
  static final String AUTO = "auto";

  /**
   * A kind that fits.
   *
   * @param value of the option, such as {@code sequence,alphabet=FILE}
   * @param why as the end of a sentence that begins with the model
   */
  public record Proposal(String value, String why) {}

  public TaskProposals {
    fitting = List.copyOf(fitting);
  }

  /**
   * Looks at a model's outputs. Classes and single numbers are the last, as many outputs may be
   * taken for these.
   */
  public static TaskProposals of(OnnxModel model) {
    List<Proposal> fitting = new ArrayList<>();
    for (TaskKind kind : Tasks.KINDS) {
      if (!(kind instanceof ClassificationKind)) {
        kind.looksLike(model)
            .map(why -> new Proposal(kind.option(model), why))
            .ifPresent(fitting::add);
      }
    }
    if (isContract(model.asClassifier())) {
      fitting.add(
          new Proposal(
              Classification.KIND,
              "gives "
                  + model.asClassifier().graph().output().text()
                  + ", a number for each class"));
    } else if (isContract(model.asBinary())) {
      fitting.add(
          new Proposal(
              Tasks.BINARY,
              "gives "
                  + model.asBinary().graph().output().text()
                  + ", one number, which may be the score of the second of two classes"));
    }
    return new TaskProposals(model, fitting);
  }

  private static boolean isContract(OnnxModel model) {
    try {
      ModelContract.of(model);
      return true;
    } catch (BadInputException e) {
      return false;
    }
  }

  /** What a user is told who asked for a proposal. */
  BadInputException told(String option) {
    if (model.metadata(Tasks.METADATA).isPresent()) {
      return new BadInputException(
          option
              + " is "
              + AUTO
              + " and the metadata of model "
              + model.name()
              + " keep its task, "
              + Tasks.of(model).kind()
              + ": expected none, or another than that by its name");
    }
    return new BadInputException(
        option + " is " + AUTO + " and model " + model.name() + " " + sentence(option));
  }

  /**
   * The proposals in a few words.
   *
   * @param option what the user calls it: an option, a key of a job
   */
  public String text(String option) {
    return "the model " + sentence(option);
  }

  private String sentence(String option) {
    if (fitting.isEmpty()) {
      return "gives "
          + model.graph().outputs().stream().map(ValueInfo::text).collect(Collectors.joining(", "))
          + ", which looks like no kind of task, expected outputs of one of "
          + String.join(", ", Tasks.names());
    }
    Proposal first = fitting.get(0);
    String others =
        fitting.stream()
            .skip(1)
            .map(p -> "; " + option + " " + p.value() + " fits too, as it " + p.why())
            .collect(Collectors.joining());
    return first.why() + ": expected " + option + " " + first.value() + others;
  }

  /**
   * Takes a model for a classifier, unless it has another task.
   *
   * @param option what the user calls it: an option, a key of a job
   * @param choice of the output that holds the scores
   * @throws BadInputException if that fails, in a sentence that also names the option for what the
   *     model looks like
   */
  public static OnnxModel classifier(
      OnnxModel model, String option, UnaryOperator<OnnxModel> choice) {
    if (model.rows().isPresent()) {
      return choice.apply(model);
    }
    try {
      OnnxModel chosen = choice.apply(model);
      ModelContract.of(chosen);
      return chosen;
    } catch (BadInputException e) {
      // Of another input too, the input is what has to change.
      throw OutputChoice.hasScoreType(model.graph().input()) ? of(model).explain(e, option) : e;
    }
  }

  private BadInputException explain(BadInputException refusal, String option) {
    Optional<Proposal> other =
        fitting.stream().filter(p -> !p.value().equals(Classification.KIND)).findFirst();
    boolean isSaid = refusal.getMessage().contains(option + " ");
    String more =
        other.isPresent()
            ? option + " " + other.get().value() + ", as it " + other.get().why()
            : fitting.isEmpty() ? option + " with another kind: " + kinds() : "";
    return isSaid || more.isEmpty()
        ? refusal
        : new BadInputException(refusal.getMessage() + "; or " + more, refusal);
  }

  private static String kinds() {
    return Tasks.names().stream()
        .filter(name -> !name.equals(Classification.KIND))
        .collect(Collectors.joining(", "));
  }
}
