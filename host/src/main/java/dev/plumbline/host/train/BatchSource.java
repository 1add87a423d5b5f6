package dev.plumbline.host.train;

import java.util.SplittableRandom;

/** Where a training's batches come from. */
interface BatchSource {
  /**
   * Some pictures.
   *
   * @param input the model's input
   * @param dims of the input, batch first
   * @param labels one per picture
   */
  record Batch(float[] input, long[] dims, int[] labels) {}

  /** Batches in an epoch. */
  int batches();

  /** Pictures in an epoch. */
  int size();

  /** Begins an epoch. */
  void shuffle(SplittableRandom random);

  /**
   * A batch of the epoch; each is asked for once, in their order.
   *
   * @param index from 0
   */
  Batch batch(int index, SplittableRandom random);
}
