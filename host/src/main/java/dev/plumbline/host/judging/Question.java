package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A picture that judges are asked about.
 *
 * @param id names it in its corpus or data
 * @param group the class of the picture: effective, valid, or clean
 * @param picture what the model is to decide on
 * @param expected what the compressed model should decide: as the original
 */
public record Question(String id, String group, Input picture, Decision expected) {
  /** The class of pictures that no search has touched. */
  public static final String CLEAN = "clean";

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
                    input.originalDecision()))
        .toList();
  }

  /**
   * Of clean pictures.
   *
   * @param expected decisions, one for each picture: those of the original, or of the data
   */
  public static List<Question> of(Dataset data, List<? extends Decision> expected) {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      String id = String.format(Locale.ROOT, "clean-%06d", i);
      questions.add(new Question(id, CLEAN, data.input(i), expected.get(i)));
    }
    return questions;
  }

  /** The classes of pictures, by their ids. */
  public static Map<String, String> groups(List<Question> questions) {
    return questions.stream().collect(Collectors.toMap(Question::id, Question::group));
  }
}
