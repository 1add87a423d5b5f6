package dev.plumbline.host.verification;

import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureFile;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.Map;
import java.util.Optional;

/**
 * A file through a preprocessing, beside what another program made of it.
 *
 * @param compared what the dump was compared with: the preprocessing, or of a dump of bytes the
 *     pixels alone, as scale, mean and standard deviation come later then
 * @param difference number by number; none where the dump has another shape
 * @param explanation what the dump likely comes from; none where it is equal or nothing that is
 *     tried comes near it
 */
public record DumpComparison(
    Preprocessing compared,
    Optional<InputDifference> difference,
    Optional<DumpExplanation> explanation) {
  /** A difference of one step is a little more than one in the numbers of float32. */
  private static final double ROUNDING = 1e-3;

  /** What explains only a part is worth saying where it leaves less than this part. */
  private static final double NEARER = 0.5;

  /**
   * @param tolerance the greatest difference that counts as equal, in steps of a pixel's value
   */
  public static DumpComparison of(
      PictureFile file, Preprocessing preprocessing, TensorDump dump, double tolerance) {
    Preprocessing compared =
        dump.type() == NpyFile.Type.UINT8 ? ofPixels(preprocessing) : preprocessing;
    Picture picture = file.through(compared.geometry());
    PictureShape shape = picture.shape();
    Optional<InputDifference> difference =
        dump.readings(shape.channels()).stream()
            .filter(
                reading -> reading.height() == shape.height() && reading.width() == shape.width())
            // Pixels that are no model's input yet may lie in either layout.
            .filter(
                reading ->
                    dump.type() == NpyFile.Type.UINT8 || reading.layout() == compared.layout())
            .findFirst()
            .map(reading -> InputDifference.of(compared, picture, reading, dump.type()));
    if (isEqual(difference, tolerance)) {
      return new DumpComparison(compared, difference, Optional.empty());
    }
    double now = difference.map(InputDifference::maxSteps).orElse(0.0);
    return new DumpComparison(
        compared,
        difference,
        DumpExplanation.of(file, compared, dump)
            .filter(found -> found.explains() || found.steps() < NEARER * now));
  }

  private static boolean isEqual(Optional<InputDifference> difference, double tolerance) {
    return difference.filter(found -> found.maxSteps() <= tolerance + ROUNDING).isPresent();
  }

  /** The same pictures as numbers of 0 to 255. */
  private static Preprocessing ofPixels(Preprocessing preprocessing) {
    return new PreprocessingEntries(Map.of(Key.SCALE, "1", Key.MEAN, "0", Key.STD, "1"))
        .over(PreprocessingEntries.of(preprocessing))
        .preprocessing(preprocessing.channels());
  }

  /** Whether nothing differs by more than so many steps of a pixel's value. */
  public boolean isEqual(double tolerance) {
    return isEqual(difference, tolerance);
  }
}
