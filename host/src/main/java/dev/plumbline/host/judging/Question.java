package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A picture that judges are asked about.
 *
 * @param id names it in its corpus or data
 * @param group the class of the picture: effective, valid, or clean
 * @param picture what the model is to decide on
 * @param expected what the compressed model should decide: as the original
 * @param originalMargin the original's {@link Task#ownMargin} there; empty where it is not known
 */
public record Question(
    String id, String group, Input picture, Decision expected, Optional<Float> originalMargin) {
  /** The class of pictures that no search has touched. */
  public static final String CLEAN = "clean";

  /** Of a picture on which the original's margin is not known. */
  public Question(String id, String group, Input picture, Decision expected) {
    this(id, group, picture, expected, Optional.empty());
  }

  /**
   * Of a corpus: its effective and valid pictures. Invalid ones are not asked about, since on them
   * the original itself decides otherwise.
   */
  public static List<Question> of(Corpus corpus) {
    return corpus.inputs().stream()
        .filter(input -> input.pictureClass() != PictureClass.INVALID)
        .map(
            input ->
                new Question(
                    input.id(),
                    input.pictureClass().word(),
                    corpus.input(input),
                    input.originalDecision(),
                    input.margins().map(Margins::original)))
        .toList();
  }

  /**
   * Of clean pictures, of which the data says what should be decided.
   *
   * @param expected decisions, one for each picture
   */
  public static List<Question> of(Dataset data, List<? extends Decision> expected) {
    return clean(data, i -> new Question(clean(i), CLEAN, data.input(i), expected.get(i)));
  }

  /**
   * Of clean pictures.
   *
   * @param original what the original decides, one for each picture
   */
  public static List<Question> ofOriginal(Dataset data, List<ModelDecisions.WithMargin> original) {
    return clean(
        data,
        i -> {
          ModelDecisions.WithMargin decided = original.get(i);
          return new Question(
              clean(i),
              CLEAN,
              data.input(i),
              decided.decision(),
              Optional.of(Margins.kept(decided.margin())));
        });
  }

  private static List<Question> clean(Dataset data, IntFunction<Question> question) {
    return IntStream.range(0, data.size()).mapToObj(question).toList();
  }

  private static String clean(int index) {
    return String.format(Locale.ROOT, "clean-%06d", index);
  }

  /** How severe the deviations are that a judge sees, by the id of the picture, where known. */
  public static Map<String, Double> severities(
      Task task, List<Question> questions, Map<String, Verdict> verdicts) {
    Map<String, Double> severities = new LinkedHashMap<>();
    for (Question question : questions) {
      Optional.ofNullable(verdicts.get(question.id()))
          .map(verdict -> verdict.severity(task, question.originalMargin()))
          .filter(OptionalDouble::isPresent)
          .ifPresent(severity -> severities.put(question.id(), severity.getAsDouble()));
    }
    return severities;
  }

  /** The classes of pictures, by their ids. */
  public static Map<String, String> groups(List<Question> questions) {
    return questions.stream().collect(Collectors.toMap(Question::id, Question::group));
  }
}
