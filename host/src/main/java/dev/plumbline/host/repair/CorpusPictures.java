package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import java.util.List;

/** The effective and valid pictures of a corpus with the original's labels, as training data. */
final class CorpusPictures implements Dataset {
  private final Corpus corpus;
  private final List<CorpusInput> inputs;
  private final Picture[] pictures;

  private CorpusPictures(Corpus corpus, List<CorpusInput> inputs) {
    this.corpus = corpus;
    this.inputs = inputs;
    this.pictures = inputs.stream().map(corpus::picture).toArray(Picture[]::new);
  }

  static Dataset of(Corpus corpus) {
    List<CorpusInput> inputs =
        corpus.inputs().stream().filter(i -> i.pictureClass() != PictureClass.INVALID).toList();
    if (inputs.isEmpty()) {
      throw new BadInputException(
          "corpus " + corpus.folder() + " has no effective or valid picture to repair with");
    }
    return new CorpusPictures(corpus, inputs);
  }

  @Override
  public int size() {
    return pictures.length;
  }

  @Override
  public PictureShape shape() {
    return corpus.header().shape();
  }

  @Override
  public Picture picture(int index) {
    return pictures[index];
  }

  @Override
  public int label(int index) {
    return inputs.get(index).originalLabel();
  }

  @Override
  public String name(int index) {
    return inputs.get(index).picture();
  }

  @Override
  public List<String> classNames() {
    return corpus.header().classNames();
  }
}
