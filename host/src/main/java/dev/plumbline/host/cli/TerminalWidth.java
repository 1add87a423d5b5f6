package dev.plumbline.host.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How many columns the terminal has now. The system is asked again for each line that is drawn, so
 * that a resize is noticed before it; Java itself does not know.
 */
final class TerminalWidth implements IntSupplier {
  private static final int USUAL = 80;
  private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(200);

  private final LongSupplier nanos;
  private final IntSupplier system;
  private int columns;
  private long asked;

  /**
   * @param nanos a clock
   * @param system asks the system; 0 where it does not tell
   */
  TerminalWidth(LongSupplier nanos, IntSupplier system) {
    this.nanos = nanos;
    this.system = system;
  }

  static IntSupplier ofThisTerminal() {
    return new TerminalWidth(System::nanoTime, TerminalWidth::ask);
  }

  @Override
  public int getAsInt() {
    long now = nanos.getAsLong();
    if (columns == 0 || now - asked >= EVERY) {
      asked = now;
      int told = system.getAsInt();
      columns = told > 0 ? told : USUAL;
    }
    return columns;
  }

  /** {@code stty size} prints rows and columns; {@code COLUMNS} serves where there is no stty. */
  private static int ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return columns(said.strip().replaceFirst("^\\d+ ", ""));
    } catch (IOException e) {
      return columns(System.getenv().getOrDefault("COLUMNS", ""));
    }
  }

  private static int columns(String digits) {
    return digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
  }
}
