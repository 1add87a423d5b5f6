package dev.plumbline.host.cli;

import dev.plumbline.host.OneLine;
import dev.plumbline.host.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Tells how far the work is: on a terminal in one line that fits its width and is drawn again in
 * place, else in a line every few seconds.
 */
final class ConsoleProgress implements Progress {
  /** The launcher sets it where standard error is a terminal. */
  static final String TERMINAL = "plumbline.terminal";

  private static final Duration BAR_EVERY = Duration.ofMillis(500);
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final int BAR = 24;
  private static final int LEAST_BAR = 8;

  /** The row is emptied; tmux would keep a copy of it if all below were, too. */
  private static final String CLEAR_ROW = "\r\u001b[K";

  private static final String UP = "\u001b[1A";

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final IntSupplier width;

  /** Columns of the line that is drawn and not ended; 0 if there is none. */
  private int drawn;

  /**
   * @param nanos a clock
   * @param width columns of the terminal now
   */
  ConsoleProgress(PrintWriter err, boolean terminal, LongSupplier nanos, IntSupplier width) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
    this.width = width;
  }

  static Progress on(PrintWriter err) {
    return new ConsoleProgress(
        err, Boolean.getBoolean(TERMINAL), System::nanoTime, TerminalWidth.ofThisTerminal());
  }

  @Override
  public Step begin(String name, long total) {
    return new Line(name, total);
  }

  @Override
  public synchronized void say(String line) {
    err.print(clear());
    err.println(OneLine.of(line));
    err.flush();
  }

  /** Back to where the drawn line begins. A terminal that became narrower has wrapped it. */
  private String clear() {
    if (drawn == 0) {
      return "";
    }
    int rowsAbove = (drawn - 1) / Math.max(1, width.getAsInt());
    drawn = 0;
    return (CLEAR_ROW + UP).repeat(rowsAbove) + CLEAR_ROW;
  }

  private synchronized void draw(String line) {
    err.print(clear() + line);
    err.flush();
    drawn = line.length();
  }

  private final class Line implements Step {
    private final String name;
    private final long total;
    private final long began = nanos.getAsLong();
    private final long every = (terminal ? BAR_EVERY : LINE_EVERY).toNanos();
    private long shown = began;
    private long done;
    private String note = "";

    /** Whether the last line told of all of the work. */
    private boolean toldOfAll;

    Line(String name, long total) {
      this.name = OneLine.of(name);
      this.total = total;
    }

    @Override
    public void at(long doneNow, String noteNow) {
      done = doneNow;
      note = noteNow;
      toldOfAll = false;
      long now = nanos.getAsLong();
      if (now - shown >= every) {
        shown = now;
        if (terminal) {
          draw(fitting(now - began));
        } else {
          say(words(now - began));
          toldOfAll = done == total;
        }
      }
    }

    @Override
    public void close() {
      if (toldOfAll) {
        return;
      }
      long elapsed = nanos.getAsLong() - began;
      say(terminal ? fitting(elapsed) : words(elapsed));
    }

    private String words(long elapsed) {
      return name + " " + state(elapsed) + (note.isEmpty() ? "" : ", " + OneLine.of(note));
    }

    private String state(long elapsed) {
      StringBuilder state = new StringBuilder();
      state.append(done).append('/').append(total).append(", ").append(seconds(elapsed));
      if (done > 0 && done < total) {
        state.append(", ").append(seconds((long) ((double) elapsed / done * (total - done))));
        state.append(" to go");
      }
      return state.toString();
    }

    /**
     * The words with as much of a bar as there is room for. The last column stays free: a terminal
     * would go on to the next line there.
     */
    private String fitting(long elapsed) {
      int room = Math.max(1, width.getAsInt() - 1);
      String words = words(elapsed);
      int bar = Math.min(BAR, room - words.length() - "[] ".length());
      if (bar >= LEAST_BAR) {
        int full = total == 0 ? bar : (int) Math.min(bar, bar * done / total);
        String drawnBar = "[" + "#".repeat(full) + " ".repeat(bar - full) + "] ";
        return name + " " + drawnBar + words.substring(name.length() + 1);
      }
      return words.length() <= room ? words : words.substring(0, Math.max(0, room - 3)) + "...";
    }

    private static String seconds(long nanos) {
      double seconds = nanos / 1e9;
      return seconds < 90
          ? String.format(Locale.ROOT, "%.0f s", seconds)
          : String.format(Locale.ROOT, "%.0f min", seconds / 60);
    }
  }
}
