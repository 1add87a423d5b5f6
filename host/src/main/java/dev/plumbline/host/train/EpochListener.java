package dev.plumbline.host.train;

/** Hears of each epoch of a training. */
@FunctionalInterface
public interface EpochListener {
  /** Does nothing. */
  EpochListener NONE = (epoch, meanLoss) -> {};

  /**
   * @param epoch the one that is done, from 1
   * @param meanLoss mean cross-entropy over the epoch's pictures, each at the time it was seen
   */
  void epochDone(int epoch, double meanLoss);
}
