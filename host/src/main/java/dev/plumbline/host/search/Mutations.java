package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.search.SearchState.Walker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judged pictures, brought back from the device and measured against their seeds. */
final class Mutations {
  private Mutations() {}

  /**
   * @param walkers that made the pictures, in their order
   * @param seeds pixels 0 to 255 of the seed of each, float32, N x C x H x W; tensors in steps
   * @param close which of the valid pictures may be kept
   */
  static List<MutatedPicture> of(
      List<Walker> walkers,
      Confirmed confirmed,
      NDArray seeds,
      ArrayPreprocessing arrays,
      CloseValid close) {
    Judged judged = confirmed.judged();
    List<Input> pictures = arrays.inputs(judged.pixels());
    long numbers = pictures.get(0).shape().elements();
    NDArray change = PixelSteps.flat(judged.pixels().sub(seeds));
    float[] squares = change.square().sum(new int[] {1}).toFloatArray();
    float[] largest = change.abs().max(new int[] {1}).toFloatArray();
    List<MutatedPicture> mutated = new ArrayList<>();
    for (int row = 0; row < walkers.size(); row++) {
      Walker walker = walkers.get(row);
      mutated.add(
          new MutatedPicture(
              walker.seed(),
              walker.step(),
              pictures.get(row),
              confirmed.pictureClass(row),
              walker.decision(),
              judged.byOriginal().decisions().get(row),
              confirmed.compressedDecision(row),
              confirmed.compressedMargin(row),
              margins(confirmed, row, close),
              arrays.ofRange(Math.sqrt(squares[row] / (double) numbers)),
              arrays.ofRange(largest[row]),
              refused(confirmed, row)));
    }
    return mutated;
  }

  /** Of masks they take a while, so that only those are asked for that files will have. */
  private static Optional<Margins> margins(Confirmed confirmed, int row, CloseValid close) {
    PictureClass pictureClass = confirmed.pictureClass(row);
    return pictureClass == PictureClass.EFFECTIVE
            || close.isClose(pictureClass, confirmed.compressedMargin(row))
        ? Optional.of(confirmed.margins(row))
        : Optional.empty();
  }

  /** What the proxy said where it was not confirmed. */
  private static Optional<Verdict> refused(Confirmed confirmed, int row) {
    return confirmed.isRefused(row)
        ? Optional.of(
            Verdict.decided(true, confirmed.judged().byCompressed().decisions().get(row))
                .withMargin(confirmed.judged().margins(row).compressed()))
        : Optional.empty();
  }
}
