package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.proxy.Predictions;
import dev.plumbline.host.search.SearchAlgorithm.Answers;
import dev.plumbline.host.task.Decision;
import java.util.List;

/**
 * What both models say of a batch of 8-bit pictures.
 *
 * @param pixels whole float32 of 0 to 255, N x C x H x W
 * @param seeds what the original decides on the seed of each
 */
record Judged(
    NDArray pixels, List<Decision> seeds, Predictions byOriginal, Predictions byCompressed) {

  int size() {
    return seeds.size();
  }

  PictureClass pictureClass(int row) {
    return PictureClass.of(
        byOriginal.task(),
        seeds.get(row),
        byOriginal.decisions().get(row),
        byCompressed.decisions().get(row));
  }

  /**
   * What the compressed model should decide on a picture: as the original on the seed; where
   * decisions agree within a bound, as the original on the picture itself.
   */
  Decision expected(int row) {
    return byOriginal.task().agreesWithinBound() ? byOriginal.decisions().get(row) : seeds.get(row);
  }

  /** What both models gave for a picture. */
  Answers answers(int row) {
    return new Answers(byOriginal.scores()[row], byCompressed.scores()[row]);
  }

  /** Of both models' own decisions on a picture. */
  Margins margins(int row) {
    return Margins.of(
        byOriginal.task(),
        byOriginal.scores()[row],
        byCompressed.scores()[row],
        byOriginal.decisions().get(row));
  }

  boolean isEffective(int row) {
    return pictureClass(row) == PictureClass.EFFECTIVE;
  }
}
