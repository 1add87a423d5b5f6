package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other programs that tests of what was packed run. */
final class Programs {
  private Programs() {}

  /**
   * How a program ended.
   *
   * @param said on both its outputs
   */
  record Ended(int exit, String said) {
    /** What it said, if all went well. */
    String succeeded() {
      assertEquals(0, exit, said);
      return said;
    }
  }

  static boolean there(String name) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }

  /** Runs a program to its end, with more in its environment. */
  static Ended run(Map<String, String> environment, String... command) throws Exception {
    Path said = Files.createTempFile("said", "");
    try {
      ProcessBuilder builder = new ProcessBuilder(List.of(command));
      builder.environment().putAll(environment);
      Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " did not end");
      }
      return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    } finally {
      Files.delete(said);
    }
  }

  static Ended run(String... command) throws Exception {
    return run(Map.of(), command);
  }

  /** Starts an agent, sees that it listens, and has it stop. */
  static void assertAgentStarts(Path launcher, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(), "--until-stdin-ends", "--model-dir", folder.toString());
    builder.environment().putAll(environment);
    Path errors = Files.createTempFile("said", "");
    try {
      Process process = builder.redirectError(errors.toFile()).start();
      String line = process.inputReader().readLine();
      process.getOutputStream().close();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the agent did not end");
      assertTrue(
          line != null && line.startsWith("plumbline-agent listening on "),
          line + Files.readString(errors));
      assertEquals(0, process.exitValue(), Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
