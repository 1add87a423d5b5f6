package dev.plumbline.host.searchjob;

import dev.plumbline.host.WholeFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a process that ran a shard ended.
 *
 * @param code its exit code
 * @param lastLine of what it said; empty where it said nothing
 */
record Worker(int code, String lastLine) {
  /** What Plumbline ends with that has understood what it was asked to and cannot do it. */
  private static final int BAD_INPUT = 2;

  /**
   * Runs a process to its end. It is ended with this one.
   *
   * @param heard each line of its standard error
   */
  static Worker run(List<String> command, Consumer<String> heard) {
    try {
      Process process =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      Thread end = new Thread(process::destroy);
      Runtime.getRuntime().addShutdownHook(end);
      try {
        String last = listen(process, heard);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        return new Worker(code, last);
      } catch (InterruptedException e) {
        process.destroy();
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a worker searches", e);
      }
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot start a worker with " + command.get(0), e);
    }
  }

  private static String listen(Process process, Consumer<String> heard) throws IOException {
    String last = "";
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.accept(line);
        last = line.isBlank() ? last : line.strip();
      }
    }
    return last;
  }

  boolean isDone() {
    return code == 0;
  }

  /** Whether another try may do better. */
  boolean died() {
    return code != 0 && code != BAD_INPUT;
  }

  /** What became of it. */
  String words() {
    return lastLine.isEmpty()
        ? "with the exit code " + code
        : "with the exit code "
            + code
            + " after '"
            + lastLine.replaceFirst("^plumbline: ", "")
            + "'";
  }
}
