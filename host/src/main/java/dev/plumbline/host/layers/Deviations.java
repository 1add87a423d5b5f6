package dev.plumbline.host.layers;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;
import java.util.List;

/**
 * The effective pictures of a corpus.
 *
 * @param inputs their rows
 * @param pictures one for each
 */
public record Deviations(List<CorpusInput> inputs, List<Input> pictures) {

  /** Refuses a corpus that has none. */
  public static Deviations of(Corpus corpus) {
    List<CorpusInput> inputs =
        corpus.inputs().stream().filter(i -> i.pictureClass() == PictureClass.EFFECTIVE).toList();
    if (inputs.isEmpty()) {
      throw new BadInputException(
          "corpus " + corpus.folder() + " has no effective picture, expected at least one");
    }
    return new Deviations(inputs, inputs.stream().map(corpus::input).toList());
  }

  /** What the original decides on each picture. */
  public List<Decision> expected() {
    return inputs.stream().map(CorpusInput::seedDecision).toList();
  }
}
