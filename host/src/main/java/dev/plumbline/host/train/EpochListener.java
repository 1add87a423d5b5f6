package dev.plumbline.host.train;

/** Is told when an epoch is over. */
@FunctionalInterface
public interface EpochListener {
  EpochListener NONE = (epoch, loss) -> {};

  /**
   * @param epoch the epoch that is over, from 1
   * @param meanLoss its mean cross-entropy
   */
  void epochDone(int epoch, double meanLoss);
}
