package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Counts the bytes of the arrays that one run of a graph makes. */
final class RunMeter {
  private long made;
  private long alive;
  private long most;
  private long largest;

  void made(NDArray array) {
    long bytes = bytes(array);
    made += bytes;
    alive += bytes;
    most = Math.max(most, alive);
    largest = Math.max(largest, bytes);
  }

  void closed(NDArray array) {
    alive -= bytes(array);
  }

  /** Of all arrays together. */
  long made() {
    return made;
  }

  /** Of those that were there at the same time, at most. */
  long most() {
    return most;
  }

  /** Of the largest one. */
  long largest() {
    return largest;
  }

  private static long bytes(NDArray array) {
    return array.size() * array.getDataType().getNumOfBytes();
  }
}
