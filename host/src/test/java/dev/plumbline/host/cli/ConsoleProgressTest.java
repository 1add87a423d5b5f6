package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final StringWriter text = new StringWriter();
  private final AtomicLong clock = new AtomicLong();

  private Progress on(boolean terminal) {
    return new ConsoleProgress(new PrintWriter(text), terminal, clock::get);
  }

  private void tick(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void withoutATerminalALineComesEveryFewSecondsWithTheTimeToGo() {
    try (Progress.Step step = on(false).begin("searching", 100)) {
      for (int i = 1; i <= 100; i++) {
        tick(100);
        step.at(i, "");
      }
    }
    // 10 s of work: lines at 5 s and 10 s, and the last one.
    assertEquals(3, text.toString().lines().count(), text.toString());
    assertTrue(text.toString().startsWith("searching 50/100, 5 s, 5 s to go"), text.toString());
    assertFalse(text.toString().contains("\r"));
  }

  @Test
  void onATerminalABarFills() {
    try (Progress.Step step = on(true).begin("searching", 4)) {
      tick(1000);
      step.at(2, "3 effective");
    }
    assertTrue(text.toString().contains("############            "), text.toString());
    assertTrue(text.toString().contains("3 effective"), text.toString());
  }

  @Test
  void aStepWithoutWorkEndsAtOnce() {
    on(true).begin("judging", 0).close();
    assertTrue(text.toString().contains("0/0"), text.toString());
  }
}
