package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import java.util.Locale;

/**
 * How the numbers of a row become points.
 *
 * @param form of the numbers
 * @param points how many there are
 * @param width of a heatmap in cells; 1 for coordinates
 * @param height likewise
 */
record PointReading(Form form, int points, int width, int height) {
  /** What the numbers of a row are. */
  enum Form {
    /** x and y of each point. */
    XY(2),
    /** y and x of each point. */
    YX(2),
    /** x, y and confidence of each point. */
    XYC(3),
    /** y, x and confidence of each point. */
    YXC(3),
    /**
     * A map for each point, which is where the map is highest, moved by a quarter of a cell towards
     * the higher neighbour (Newell, Yang, Deng, "Stacked Hourglass Networks for Human Pose
     * Estimation", 2016; the two outermost cells of each side are not moved, as Xiao, Wu, Wei,
     * "Simple Baselines for Human Pose Estimation", 2018, have it). Its height is the confidence.
     */
    PEAK(0),
    /**
     * A map for each point, which is at the mean place of the map's softmax (Sun et al., "Integral
     * Human Pose Regression", 2018). The largest share of the softmax is the confidence.
     */
    SOFT(0);

    private final int numbers;

    Form(int numbers) {
      this.numbers = numbers;
    }

    boolean isMap() {
      return numbers == 0;
    }

    private boolean yFirst() {
      return this == YX || this == YXC;
    }

    /** In files. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Points of a batch.
   *
   * @param places x and y in cells or as the model gives them, N x points x 2; no gradient of peaks
   * @param smooth the same where gradients flow; of peaks the mean places of a sharp softmax
   * @param confidences N x points; no gradient
   */
  record Batch(NDArray places, NDArray smooth, NDArray confidences) {}

  private static final float QUARTER = 0.25f;

  /**
   * How sharp the mean place is that stands in for a peak where gradients are asked for: a cell as
   * low as the lowest counts e to the power of so much less than the highest.
   */
  private static final double SHARPNESS = 10;

  PointReading {
    if (points < 1 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          points + " points of " + width + "x" + height + " cells, expected at least one");
    }
  }

  private int rowLength() {
    return points * (form.isMap() ? width * height : form.numbers);
  }

  /**
   * The points of a row: x, y and confidence of each.
   *
   * @throws BadInputException if it is of another length
   */
  float[] read(float[] row) {
    requireLength(row.length);
    float[] read = new float[3 * points];
    for (int k = 0; k < points; k++) {
      switch (form) {
        case PEAK -> peak(row, k, read);
        case SOFT -> soft(row, k, read);
        default -> {
          int at = k * form.numbers;
          read[3 * k] = row[form.yFirst() ? at + 1 : at];
          read[3 * k + 1] = row[form.yFirst() ? at : at + 1];
          read[3 * k + 2] = form.numbers == 3 ? row[at + 2] : 1;
        }
      }
    }
    return read;
  }

  private void requireLength(long found) {
    if (found != rowLength()) {
      throw new BadInputException(
          "the model gives "
              + found
              + " numbers for a picture, expected "
              + rowLength()
              + ": those of "
              + points
              + " keypoints"
              + (form.isMap() ? " in maps of " + width + "x" + height : ""));
    }
  }

  private void peak(float[] row, int point, float[] read) {
    int from = point * width * height;
    int peak = 0;
    for (int i = 1; i < width * height; i++) {
      if (row[from + i] > row[from + peak]) {
        peak = i;
      }
    }
    int x = peak % width;
    int y = peak / width;
    read[3 * point] = x;
    read[3 * point + 1] = y;
    if (x > 1 && x < width - 1 && y > 1 && y < height - 1) {
      int at = from + peak;
      read[3 * point] += QUARTER * Math.signum(row[at + 1] - row[at - 1]);
      read[3 * point + 1] += QUARTER * Math.signum(row[at + width] - row[at - width]);
    }
    read[3 * point + 2] = row[from + peak];
  }

  private void soft(float[] row, int point, float[] read) {
    int from = point * width * height;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < width * height; i++) {
      largest = Math.max(largest, row[from + i]);
    }
    double sum = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < width * height; i++) {
      double share = Math.exp(row[from + i] - largest);
      sum += share;
      x += share * (i % width);
      y += share * (i / width);
    }
    read[3 * point] = (float) (x / sum);
    read[3 * point + 1] = (float) (y / sum);
    read[3 * point + 2] = (float) (1 / sum);
  }

  /** As {@link #read(float[])}, of a batch. */
  Batch read(NDArray rows) {
    long inputs = rows.getShape().get(0);
    requireLength(rows.getShape().get(1));
    if (form.isMap()) {
      NDArray maps = rows.reshape(new Shape(inputs, points, (long) width * height));
      return form == Form.SOFT ? soft(maps) : peak(maps);
    }
    NDArray each = rows.reshape(new Shape(inputs, points, form.numbers));
    NDArray first = each.get(":,:,0:1");
    NDArray second = each.get(":,:,1:2");
    NDArray places = form.yFirst() ? second.concat(first, 2) : first.concat(second, 2);
    NDArray confidences =
        form.numbers == 3
            ? each.get(":,:,2").stopGradient()
            : first.stopGradient().onesLike().squeeze(2);
    return new Batch(places, places, confidences);
  }

  private Batch soft(NDArray maps) {
    NDArray shares = maps.softmax(2);
    NDArray places = mean(shares);
    return new Batch(places, places, shares.stopGradient().max(new int[] {2}));
  }

  /** The mean place of maps that sum up to 1. */
  private NDArray mean(NDArray shares) {
    long inputs = shares.getShape().get(0);
    NDArray maps = shares.reshape(new Shape(inputs * points, height, width));
    NDArray x = maps.sum(new int[] {1}).mul(places(maps, width)).sum(new int[] {1}, true);
    NDArray y = maps.sum(new int[] {2}).mul(places(maps, height)).sum(new int[] {1}, true);
    return x.concat(y, 1).reshape(new Shape(inputs, points, 2));
  }

  /** 0, 1, ... in a row, where the maps are. */
  private static NDArray places(NDArray maps, int count) {
    NDArray ones = maps.stopGradient().get("0:1,0:1,0:1").reshape(1, 1).onesLike();
    return ones.repeat(1, count).cumSum(1).sub(1);
  }

  private Batch peak(NDArray maps) {
    NDArray values = maps.stopGradient();
    NDArray highest = values.max(new int[] {2}, true);
    NDArray range = Scalars.atLeast(highest.sub(values.min(new int[] {2}, true)), Float.MIN_NORMAL);
    NDArray sharp = mean(Scalars.times(maps.sub(highest).div(range), SHARPNESS).softmax(2));
    return new Batch(peaks(values), sharp, highest.squeeze(2));
  }

  /** x and y of the highest cells, N x points x 2. */
  private NDArray peaks(NDArray maps) {
    NDArray peak = maps.argMax(2).expandDims(2);
    NDArray number = peak.toType(DataType.FLOAT32, false);
    NDArray y = Scalars.dividedBy(number, width).floor();
    NDArray x = number.sub(Scalars.times(y, width));
    NDArray inner =
        x.gt(1).logicalAnd(x.lt(width - 1)).logicalAnd(y.gt(1)).logicalAnd(y.lt(height - 1));
    NDArray quarter = Scalars.times(inner.toType(DataType.FLOAT32, false), QUARTER);
    NDArray right = rise(maps, peak, 1).mul(quarter);
    NDArray down = rise(maps, peak, width).mul(quarter);
    return x.add(right).concat(y.add(down), 2);
  }

  /** Whether the cell so far behind is higher (1) or lower (-1) than the one so far before. */
  private NDArray rise(NDArray maps, NDArray peak, int step) {
    long last = (long) width * height - 1;
    NDArray after = maps.gather(Scalars.atMost(peak.add(step), last), 2);
    NDArray before = maps.gather(Scalars.atLeast(peak.sub(step), 0), 2);
    return after.sub(before).sign();
  }
}
