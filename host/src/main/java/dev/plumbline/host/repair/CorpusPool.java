package dev.plumbline.host.repair;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.InputShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Pictures of one or more corpora on which the original decides as on the seed. Immutable.
 *
 * @param shape of all pictures
 * @param classNames by label
 * @param pictures in the order in which they were found
 */
record CorpusPool(InputShape shape, List<String> classNames, List<PoolPicture> pictures) {
  CorpusPool {
    classNames = List.copyOf(classNames);
    pictures = List.copyOf(pictures);
  }

  /** A pool without any picture. */
  static CorpusPool empty(InputShape shape, List<String> classNames) {
    return new CorpusPool(shape, classNames, List.of());
  }

  /** The effective and valid pictures of a corpus. */
  static CorpusPool of(String source, Corpus corpus) {
    return new CorpusPool(
        corpus.header().shape(),
        corpus.header().classNames(),
        corpus.inputs().stream()
            .filter(input -> input.pictureClass() != PictureClass.INVALID)
            .map(input -> PoolPicture.of(source, corpus, input))
            .toList());
  }

  /** The same of certain seeds only. */
  CorpusPool where(Predicate<PoolPicture> chosen) {
    return new CorpusPool(shape, classNames, pictures.stream().filter(chosen).toList());
  }

  /**
   * With what a further search found: all effective pictures, and of each seed the last valid one,
   * which is the nearest to the boundary.
   */
  CorpusPool with(String source, Corpus corpus) {
    List<PoolPicture> all = new ArrayList<>(pictures);
    Map<Integer, CorpusInput> lastValid = new LinkedHashMap<>();
    for (CorpusInput input : corpus.inputs()) {
      if (input.pictureClass() == PictureClass.EFFECTIVE) {
        all.add(PoolPicture.of(source, corpus, input));
      } else if (input.pictureClass() == PictureClass.VALID) {
        lastValid.merge(input.seed(), input, (a, b) -> a.step() > b.step() ? a : b);
      }
    }
    lastValid.values().forEach(input -> all.add(PoolPicture.of(source, corpus, input)));
    return new CorpusPool(shape, classNames, all);
  }

  /** A pool of such pictures without any. */
  CorpusPool none() {
    return empty(shape, classNames);
  }

  /** With the pictures of another pool, of other seeds. */
  CorpusPool with(CorpusPool others) {
    List<PoolPicture> all = new ArrayList<>(pictures);
    all.addAll(others.pictures());
    return new CorpusPool(shape, classNames, all);
  }

  /** With more pictures known as those that a compressed model deviates on. */
  CorpusPool withHard(Set<String> ids) {
    return new CorpusPool(
        shape,
        classNames,
        pictures.stream()
            .map(picture -> ids.contains(picture.id()) ? picture.asHard() : picture)
            .toList());
  }

  /** Indices of the seeds, in order. */
  Set<Integer> seeds() {
    Set<Integer> seeds = new TreeSet<>();
    pictures.forEach(picture -> seeds.add(picture.seed()));
    return seeds;
  }

  /**
   * The pictures as training data, labelled as the original labels them where it gives labels.
   *
   * @throws BadInputException if there are none
   */
  Dataset data() {
    requireSome();
    return DecidedPictures.of(
        shape,
        classNames,
        pictures.stream().map(PoolPicture::picture).toList(),
        pictures.stream().map(PoolPicture::expected).toList());
  }

  /**
   * @throws BadInputException if there is no picture
   */
  void requireSome() {
    if (pictures.isEmpty()) {
      throw new BadInputException(
          "the corpus has no effective or valid picture to repair with, expected at least one");
    }
  }
}
