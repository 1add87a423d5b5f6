package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;

/**
 * Numbers as greys, the least black and the largest white.
 *
 * @param low number that is black
 * @param high number that is white, above {@code low}
 */
record HeatMap(float low, float high) {
  /** Rows and columns at most; of more, some are left out evenly. */
  private static final int LARGEST = 320;

  /** A map with room for all numbers. */
  static HeatMap over(float[]... arrays) {
    LinePlot range = LinePlot.over(arrays);
    return new HeatMap(range.low(), range.high());
  }

  /**
   * @param values row-major
   * @param columns of a row
   */
  Picture draw(float[] values, int columns) {
    int rows = values.length / columns;
    int width = Math.min(columns, LARGEST);
    int height = Math.min(rows, LARGEST);
    byte[] grey = new byte[width * height];
    for (int y = 0; y < height; y++) {
      int row = (int) ((long) y * rows / height);
      for (int x = 0; x < width; x++) {
        int column = (int) ((long) x * columns / width);
        double share = ((double) values[row * columns + column] - low) / ((double) high - low);
        grey[y * width + x] = (byte) Math.round(255 * share);
      }
    }
    return new Picture(new PictureShape(1, height, width), grey);
  }
}
