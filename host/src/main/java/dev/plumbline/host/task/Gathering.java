package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Numbers of rows by their places, where models compute. */
final class Gathering {
  private Gathering() {}

  /**
   * Some numbers of each row, others for each; gradients flow.
   *
   * @param rows N x their length
   * @param places N x {@code each}
   * @return N x {@code each}
   */
  static NDArray gather(NDArray rows, long[] places, int each) {
    NDArray index = rows.getManager().create(places, new Shape(places.length / each, each));
    return rows.gather(index.toDevice(rows.getDevice(), false), 1);
  }

  /** The same places of all rows, N x their number; gradients flow. */
  static NDArray columns(NDArray rows, long[] places) {
    long inputs = rows.getShape().get(0);
    NDArray index =
        rows.getManager()
            .create(places, new Shape(1, places.length))
            .toDevice(rows.getDevice(), false)
            .broadcast(new Shape(inputs, places.length));
    return rows.gather(index, 1);
  }

  /**
   * Constants where the rows are.
   *
   * @param values N x {@code each}
   */
  static NDArray like(NDArray rows, float[] values, int each) {
    return rows.getManager()
        .create(values, new Shape(values.length / each, each))
        .toDevice(rows.getDevice(), false);
  }
}
