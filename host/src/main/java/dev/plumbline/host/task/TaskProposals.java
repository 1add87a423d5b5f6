package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import dev.plumbline.host.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What a model may be for, by its graph. A graph does not tell for sure, so that somebody has to
 * say it.
 *
 * @param model that was looked at
 * @param fitting the likeliest first; none where it looks like no kind
 * @param readable other kinds that outputs of such shapes can be read as
 */
public record TaskProposals(OnnxModel model, List<Proposal> fitting, List<String> readable) {
  /** What a user gives in place of a kind, to be told which. */
  static final String AUTO = "auto";

  /**
   * A kind that fits.
   *
   * @param value of the option, such as {@code sequence,alphabet=FILE}
   * @param why as the end of a sentence that begins with the model
   * @param needs what the kind says without settings; empty where it needs none
   */
  public record Proposal(String value, String why, Optional<String> needs) {
    private String text(String option) {
      return option + " " + value + needs.map(n -> " with settings, as " + n).orElse("");
    }
  }

  public TaskProposals {
    fitting = List.copyOf(fitting);
    readable = List.copyOf(readable);
  }

  /**
   * Looks at a model's outputs. Classes and single numbers are the last, as many outputs may be
   * taken for these.
   */
  public static TaskProposals of(OnnxModel model) {
    List<Proposal> fitting = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    List<TaskKind> kinds = new ArrayList<>(Tasks.KINDS);
    Collections.reverse(kinds);
    for (TaskKind kind : kinds) {
      if (kind instanceof ClassificationKind) {
        continue;
      }
      Optional<Proposal> proposal = proposal(kind, model);
      proposal.ifPresent(fitting::add);
      if (proposal.isEmpty() && needs(kind, model).isEmpty()) {
        readable.add(kind.name());
      }
    }
    if (isContract(new ModelReading(model).asClassifier())) {
      fitting.add(
          new Proposal(
              Classification.KIND,
              "gives "
                  + new ModelReading(model).asClassifier().graph().output().text()
                  + ", a number for each class",
              Optional.empty()));
    } else if (isContract(new ModelReading(model).asBinary())) {
      fitting.add(
          new Proposal(
              Tasks.BINARY,
              "gives "
                  + new ModelReading(model).asBinary().graph().output().text()
                  + ", one number, which may be the score of the second of two classes",
              Optional.empty()));
    }
    return new TaskProposals(model, fitting, readable);
  }

  /** A kind may refuse outputs that it only knows as those of models that it cannot read. */
  private static Optional<Proposal> proposal(TaskKind kind, OnnxModel model) {
    try {
      Optional<String> why = kind.looksLike(model);
      return why.map(reason -> new Proposal(kind.option(model), reason, needs(kind, model)));
    } catch (BadInputException e) {
      return Optional.empty();
    }
  }

  /** What a user has to set beside the name. */
  private static Optional<String> needs(TaskKind kind, OnnxModel model) {
    try {
      kind.bind(model, new TaskSettings(AUTO, kind.name(), Map.of()));
      return Optional.empty();
    } catch (BadInputException e) {
      return Optional.of(e.getMessage());
    }
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
   * @return empty where the model has its task already, or is a classifier without a doubt
   */
  public Optional<String> text(String option) {
    boolean said = model.rows().isPresent() || model.metadata(Tasks.METADATA).isPresent();
    boolean classifier =
        !fitting.isEmpty() && fitting.get(0).value().equals(Classification.KIND)
            || model.givesOneNumber();
    return said || classifier ? Optional.empty() : Optional.of("the model " + sentence(option));
  }

  private String sentence(String option) {
    if (fitting.isEmpty()) {
      return "gives "
          + model.graph().outputs().stream().map(ValueInfo::text).collect(Collectors.joining(", "))
          + ", which looks like no kind of task, expected "
          + (readable.isEmpty()
              ? "outputs of one of " + String.join(", ", Tasks.names())
              : option + " " + String.join(" or ", readable) + " where it is that");
    }
    Proposal first = fitting.get(0);
    String others =
        fitting.stream()
            .skip(1)
            .map(p -> "; " + option + " " + p.value() + " fits too, as it " + p.why())
            .collect(Collectors.joining());
    return first.why()
        + ": expected "
        + first.text(option)
        + others
        + (readable.isEmpty() ? "" : "; it can be read as " + String.join(", ", readable) + " too");
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
            ? other.get().text(option) + ", as it " + other.get().why()
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
