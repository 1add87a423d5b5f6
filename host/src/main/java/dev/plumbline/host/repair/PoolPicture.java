package dev.plumbline.host.repair;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.task.Decision;

/**
 * A picture that a repair learns from or is measured on.
 *
 * @param id unique in its pool
 * @param picture what models see
 * @param expected what the original decides on it
 * @param seed index of its seed
 * @param hard whether a compressed model deviated on it, when it was found or later
 */
record PoolPicture(String id, Input picture, Decision expected, int seed, boolean hard) {
  /**
   * @param source name of the corpus among those of the pool
   */
  static PoolPicture of(String source, Corpus corpus, CorpusInput input) {
    return new PoolPicture(
        source + "/" + input.id(),
        corpus.input(input),
        input.originalDecision(),
        input.seed(),
        input.pictureClass() == PictureClass.EFFECTIVE);
  }

  /** As one that a compressed model deviated on. */
  PoolPicture asHard() {
    return new PoolPicture(id, picture, expected, seed, true);
  }
}
