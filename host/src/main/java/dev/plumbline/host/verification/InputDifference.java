package dev.plumbline.host.verification;

import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.verification.TensorDump.Planes;

/**
 * Where a dump is not what a preprocessing makes of a picture.
 *
 * @param values compared
 * @param differing values that are further apart than rounding explains
 * @param meanDifference of all values, absolute, in units of the model's input
 * @param maxDifference likewise
 * @param maxSteps the greatest difference in steps of a pixel's value
 * @param channel of the greatest difference, in the model's order, and so are its row and column
 * @param here what the preprocessing makes there
 * @param there what the dump has there
 */
public record InputDifference(
    int values,
    int differing,
    double meanDifference,
    double maxDifference,
    double maxSteps,
    int channel,
    int row,
    int column,
    double here,
    double there) {

  /** Rounding of float32 in the arithmetic, in steps. */
  private static final double ROUNDING = 0.01;

  /**
   * @param picture of the dump's size and channels
   */
  static InputDifference of(
      Preprocessing preprocessing, Picture picture, Planes dump, NpyFile.Type type) {
    PictureShape shape = picture.shape();
    int differing = 0;
    double sum = 0;
    double worst = -1;
    double worstSteps = 0;
    int at = 0;
    double here = 0;
    for (int c = 0; c < shape.channels(); c++) {
      float[] table = preprocessing.table(c);
      double slope = (table[255] - table[0]) / 255.0;
      int from = preprocessing.pictureChannel(c) * dump.plane();
      for (int i = 0; i < dump.plane(); i++) {
        double made = table[picture.pixels()[from + i] & 0xff];
        double found = dump.values()[c * dump.plane() + i];
        double off = Math.abs(made - found);
        sum += off;
        if (off / slope > ROUNDING + ofType(type, found) / slope) {
          differing++;
        }
        worstSteps = Math.max(worstSteps, off / slope);
        if (off > worst) {
          worst = off;
          at = c * dump.plane() + i;
          here = made;
        }
      }
    }
    int inPlane = at % dump.plane();
    return new InputDifference(
        dump.values().length,
        differing,
        sum / dump.values().length,
        worst,
        worstSteps,
        at / dump.plane(),
        inPlane / dump.width(),
        inPlane % dump.width(),
        here,
        dump.values()[at]);
  }

  /** By how much a type's own rounding may change a number. */
  private static double ofType(NpyFile.Type type, double value) {
    return type == NpyFile.Type.FLOAT16 ? Math.abs(value) / 1024 : 0;
  }
}
