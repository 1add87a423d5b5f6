package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import java.util.Arrays;

/**
 * What the original predicts for the seeds of a batch.
 *
 * @param values by picture
 * @param array the same where models compute, int64, N x 1
 */
record Labels(int[] values, NDArray array) {
  static Labels of(int[] values, NDManager owner, ArrayPreprocessing arrays) {
    long[] whole = Arrays.stream(values).asLongStream().toArray();
    return new Labels(values, arrays.place(owner.create(whole, new Shape(whole.length, 1))));
  }
}
