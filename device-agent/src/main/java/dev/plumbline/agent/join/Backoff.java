package dev.plumbline.agent.join;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: exponential, bounded, with full jitter, so that a
 * hundred agents do not come back at once to a host that was started again.
 */
final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;

  /**
   * @param first upper end of the first wait
   * @param longest upper end of any
   */
  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** The wait before the next attempt, between nothing and an end that doubles each time. */
  Duration next() {
    long end = first.toMillis();
    for (int i = 0; i < failures && end < longest.toMillis(); i++) {
      end *= 2;
    }
    failures++;
    return Duration.ofMillis(random.nextLong(Math.min(end, longest.toMillis()) + 1));
  }

  /** A connection has held. */
  void reset() {
    failures = 0;
  }
}
