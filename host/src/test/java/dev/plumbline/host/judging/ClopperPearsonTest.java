package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClopperPearsonTest {
  /**
   * Sums the binomial distribution itself: by its definition the interval ends where a count as
   * extreme as the one found has the probability 2.5 %. The tolerance is that of the sums.
   */
  @ParameterizedTest
  @CsvSource({"1, 10", "5, 10", "9, 10", "3, 200", "41, 4242", "4000, 4242"})
  void atItsEndsTheCountFoundIsAsUnlikelyAsItMayBe(int found, int sample) {
    ClopperPearson interval = ClopperPearson.of(found, sample);
    assertEquals(0.025, atLeast(found, sample, interval.low()), 1e-9);
    assertEquals(0.025, 1 - atLeast(found + 1, sample, interval.high()), 1e-9);
  }

  private static double atLeast(int found, int sample, double share) {
    double below = 0;
    double logFactorials = 0;
    for (int k = 0; k < found; k++) {
      below += Math.exp(logFactorials + k * Math.log(share) + (sample - k) * Math.log1p(-share));
      logFactorials += Math.log(sample - k) - Math.log(k + 1.0);
    }
    return 1 - below;
  }

  /** By hand: no count has the probability (1 - p)^n, which is 2.5 % at p = 1 - 0.025^(1/n). */
  @Test
  void noneFoundAndAllFoundHaveAnOpenEnd() {
    ClopperPearson none = ClopperPearson.of(0, 10);
    assertEquals(0, none.low());
    assertEquals(1 - Math.pow(0.025, 0.1), none.high(), 1e-12);
    ClopperPearson all = ClopperPearson.of(10, 10);
    assertEquals(Math.pow(0.025, 0.1), all.low(), 1e-12);
    assertEquals(1, all.high());
  }

  @Test
  void aSampleOfNoneSaysNothing() {
    assertThrows(IllegalArgumentException.class, () -> ClopperPearson.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> ClopperPearson.of(2, 1));
  }
}
