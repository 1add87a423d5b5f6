package dev.plumbline.host.gateway;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for what comes about in another thread or process; the time is a guard against hanging. */
final class Waiting {
  private Waiting() {}

  static void until(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(20);
    }
  }
}
