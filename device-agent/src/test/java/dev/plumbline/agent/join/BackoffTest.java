package dev.plumbline.agent.join;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Many waits before the attempt of that number, in milliseconds. */
  private static List<Long> waits(int attempt) {
    Random random = new Random(attempt);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Backoff backoff = new Backoff(FIRST, LONGEST, random);
      for (int before = 0; before < attempt; before++) {
        backoff.next();
      }
      waits.add(backoff.next().toMillis());
    }
    return waits;
  }

  @Test
  void theUpperEndDoublesWithEachAttemptUpToTheLongest() {
    long[] ends = {1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000};
    for (int attempt = 0; attempt < ends.length; attempt++) {
      long longest = Collections.max(waits(attempt));
      assertTrue(longest <= ends[attempt], longest + " at attempt " + attempt);
      // All of 2,000 even draws lie below 99 % of the end once in 5 x 10^8 runs.
      assertTrue(longest > 0.99 * ends[attempt], longest + " at attempt " + attempt);
    }
  }

  @Test
  void waitsAreSpreadOverTheWholeOfIt() {
    double mean = waits(9).stream().mapToLong(wait -> wait).average().orElseThrow();
    // The mean of 2,000 even draws lies within 5 standard errors, of 387 ms each, of 30 s.
    assertEquals(30_000, mean, 5 * 387);
  }

  @Test
  void aConnectionThatHeldStartsItAnew() {
    Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
    for (int i = 0; i < 100; i++) {
      backoff.next();
      backoff.next();
      backoff.reset();
      assertTrue(backoff.next().compareTo(FIRST) <= 0);
      backoff.reset();
    }
  }

  @Test
  void manyAttemptsDoNotOverflow() {
    Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
    for (int i = 0; i < 10_000; i++) {
      Duration wait = backoff.next();
      assertTrue(!wait.isNegative() && wait.compareTo(LONGEST) <= 0, wait.toString());
    }
  }
}
