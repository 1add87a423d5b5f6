package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleProgressTest {
  private final StringWriter text = new StringWriter();
  private final AtomicLong clock = new AtomicLong();
  private int width = 100;

  private Progress on(boolean terminal) {
    return new ConsoleProgress(new PrintWriter(text), terminal, clock::get, () -> width);
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
    // 10 s of work: lines at 5 s and at 10 s, which is the last one.
    assertEquals(2, text.toString().lines().count(), text.toString());
    assertTrue(text.toString().startsWith("searching 50/100, 5 s, 5 s to go"), text.toString());
    assertFalse(text.toString().contains("\r"));
  }

  @Test
  void theLastLineIsSaidAgainWhereItsNoteHasChanged() {
    try (Progress.Step step = on(false).begin("searching", 1)) {
      tick(6000);
      step.at(1, "1 effective");
      step.at(1, "2 effective");
    }
    assertTrue(text.toString().strip().endsWith("2 effective"), text.toString());
    assertEquals(2, text.toString().lines().count(), text.toString());
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

  /** What stands on the screen's rows after all that was printed, of a terminal that wraps. */
  private List<String> screen() {
    List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    int row = 0;
    int column = 0;
    String all = text.toString();
    for (int i = 0; i < all.length(); i++) {
      char c = all.charAt(i);
      if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        row++;
        column = 0;
      } else if (c == '\u001b') {
        int end = i + 2;
        while (Character.isDigit(all.charAt(end))) {
          end++;
        }
        if (all.charAt(end) == 'A') {
          row -= Integer.parseInt(all.substring(i + 2, end));
        } else {
          rows.get(row).setLength(column);
        }
        i = end;
      } else {
        if (column == width) {
          row++;
          column = 0;
        }
        while (rows.size() <= row) {
          rows.add(new StringBuilder());
        }
        StringBuilder line = rows.get(row);
        line.setLength(Math.max(line.length(), column));
        line.replace(column, Math.min(line.length(), column + 1), String.valueOf(c));
        column++;
      }
      while (rows.size() <= row) {
        rows.add(new StringBuilder());
      }
    }
    return rows.stream().map(StringBuilder::toString).toList();
  }

  @ParameterizedTest(name = "{0} columns")
  @ValueSource(ints = {20, 40, 80, 200})
  void onATerminalTheLineStaysOneThatFits(int columns) {
    width = columns;
    try (Progress.Step step = on(true).begin("attacking repaired.onnx, epsilon 8", 1000)) {
      for (int i = 1; i <= 1000; i += 100) {
        tick(1000);
        step.at(i, "loss 0.1234, 17 effective, 5 invalid of all pictures");
        assertEquals(1, screen().size(), screen().toString());
        assertTrue(screen().get(0).length() < columns, screen().toString());
      }
    }
    assertEquals(List.of("attacking"), List.of(screen().get(0).substring(0, 9)));
  }

  @Test
  void whatIsSaidMeanwhileStandsOnALineOfItsOwn() {
    Progress progress = on(true);
    try (Progress.Step step = progress.begin("searching", 4)) {
      tick(1000);
      step.at(2, "");
      progress.say("board is lost");
      tick(1000);
      step.at(3, "");
    }
    assertEquals("board is lost", screen().get(0));
    assertTrue(screen().get(1).startsWith("searching ["), screen().toString());
  }

  @Test
  void theSystemIsAskedForTheWidthAgainAndMayNotTell() {
    AtomicLong asked = new AtomicLong();
    TerminalWidth terminal = new TerminalWidth(clock::get, () -> (int) asked.getAndIncrement());
    assertEquals(80, terminal.getAsInt());
    tick(100);
    assertEquals(80, terminal.getAsInt());
    tick(200);
    assertEquals(1, terminal.getAsInt());
    assertEquals(2, asked.get());
  }

  @Test
  void aTerminalThatBecameNarrowerHasWrappedTheLineWhichIsDrawnAgainFromItsBeginning() {
    width = 60;
    try (Progress.Step step = on(true).begin("searching", 100)) {
      tick(1000);
      step.at(10, "a note that makes the line longer than it would be");
      width = 25;
      tick(1000);
      step.at(20, "a note that makes the line longer than it would be");
      // Of 59 columns two rows are above the cursor when the terminal has 25.
      assertTrue(
          text.toString().contains("\r\u001b[K\u001b[1A\r\u001b[K\u001b[1A\r\u001b[K"),
          text.toString());
    }
  }
}
