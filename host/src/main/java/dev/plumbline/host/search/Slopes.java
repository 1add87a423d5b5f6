package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;

/** Products of how values rise with a picture's pixels, N x bytes. */
final class Slopes {
  private Slopes() {}

  /** Row by row, N x 1. */
  static NDArray dot(NDArray a, NDArray b) {
    return a.mul(b).sum(new int[] {1}, true);
  }
}
