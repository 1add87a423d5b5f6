package dev.plumbline.host.cli;

import dev.plumbline.host.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells how far the work is: with a bar on a terminal, else in a line every few seconds. */
final class ConsoleProgress implements Progress {
  /** The launcher sets it where standard error is a terminal. */
  static final String TERMINAL = "plumbline.terminal";

  private static final Duration BAR_EVERY = Duration.ofMillis(200);
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final int BAR = 24;

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;

  /**
   * @param nanos a clock
   */
  ConsoleProgress(PrintWriter err, boolean terminal, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  static Progress on(PrintWriter err) {
    return new ConsoleProgress(err, Boolean.getBoolean(TERMINAL), System::nanoTime);
  }

  @Override
  public Step begin(String name, long total) {
    return new Line(name, total);
  }

  @Override
  public void say(String line) {
    err.println(line);
    err.flush();
  }

  private final class Line implements Step {
    private final String name;
    private final long total;
    private final long began = nanos.getAsLong();
    private final long every = (terminal ? BAR_EVERY : LINE_EVERY).toNanos();
    private long shown = began;
    private long done;
    private String note = "";

    Line(String name, long total) {
      this.name = name;
      this.total = total;
    }

    @Override
    public void at(long doneNow, String noteNow) {
      done = doneNow;
      note = noteNow;
      long now = nanos.getAsLong();
      if (now - shown >= every) {
        shown = now;
        show(now - began, terminal ? "\r" : "", terminal ? "\u001b[K" : System.lineSeparator());
      }
    }

    @Override
    public void close() {
      show(
          nanos.getAsLong() - began,
          terminal ? "\r" : "",
          (terminal ? "\u001b[K" : "") + System.lineSeparator());
    }

    private void show(long elapsed, String before, String after) {
      StringBuilder line = new StringBuilder(before).append(name).append(' ');
      if (terminal) {
        int full = total == 0 ? BAR : (int) Math.min(BAR, BAR * done / total);
        line.append('[').append("#".repeat(full)).append(" ".repeat(BAR - full)).append("] ");
      }
      line.append(done).append('/').append(total).append(", ").append(seconds(elapsed));
      if (done > 0 && done < total) {
        line.append(", ").append(seconds((long) ((double) elapsed / done * (total - done))));
        line.append(" to go");
      }
      if (!note.isEmpty()) {
        line.append(", ").append(note);
      }
      err.print(line.append(after));
      err.flush();
    }

    private static String seconds(long nanos) {
      double seconds = nanos / 1e9;
      return seconds < 90
          ? String.format(Locale.ROOT, "%.0f s", seconds)
          : String.format(Locale.ROOT, "%.0f min", seconds / 60);
    }
  }
}
