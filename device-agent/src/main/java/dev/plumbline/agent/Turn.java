package dev.plumbline.agent;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** To run a model: one call's at a time, in the order in which they come. */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Duration most;

  /**
   * @param longestRun of each of the calls that may be before one
   */
  Turn(Bounds bounds, Duration longestRun) {
    this.most = longestRun.multipliedBy(bounds.maxWorkCalls() + 1L);
  }

  /**
   * Waits for it.
   *
   * @throws RefusedException if models that cannot be stopped hold it
   */
  void take() {
    if (!tryTake(most)) {
      throw new RefusedException(
          Status.Code.DEADLINE_EXCEEDED,
          "the device was busy with other models for more than " + most.toSeconds() + " s");
    }
  }

  /** Waits for it for a while; false where that was in vain. */
  boolean tryTake(Duration patience) {
    try {
      return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void giveUp() {
    lock.unlock();
  }
}
