package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end; it ends with this one. */
final class ExternalProgram {
  private static final long LOOK_MILLIS = 250;

  /**
   * How it ended.
   *
   * @param said on both its outputs
   */
  record Ended(int exit, String said) {
    /** The last line that says something, for messages. */
    String lastLine() {
      return said.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("nothing");
    }
  }

  private ExternalProgram() {}

  /** Where the path has a program of this name. */
  static Optional<Path> find(String name) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(":")) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  static Ended run(Map<String, String> environment, List<String> command) {
    return run(environment, command, () -> {});
  }

  /**
   * @param meanwhile is called a few times in a second
   * @throws BadInputException if it cannot be started, or this thread is interrupted
   */
  static Ended run(Map<String, String> environment, List<String> command, Runnable meanwhile) {
    Path said = null;
    try {
      said = Files.createTempFile("plumbline-", ".said");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.environment().put("LC_ALL", "C");
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
      Thread stop = new Thread(process::destroy, "stop-" + process.pid());
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          meanwhile.run();
        }
      } finally {
        process.destroy();
        forget(stop);
      }
      return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new BadInputException(command.get(0) + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInputException(command.get(0) + " was interrupted", e);
    } finally {
      delete(said);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This program is ending, and its hooks run: there is nothing left to forget.
    }
  }

  private static void delete(Path file) {
    if (file != null && !file.toFile().delete()) {
      file.toFile().deleteOnExit();
    }
  }
}
