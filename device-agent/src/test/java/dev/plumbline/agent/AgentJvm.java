package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The agent in a Java of its own, since ONNX Runtime is loaded once in each. */
final class AgentJvm implements AutoCloseable {
  private final Process process;
  private final Path errors;

  /**
   * @param folder for its models and what it says
   * @param javaOptions of the Java virtual machine
   */
  AgentJvm(Path folder, List<String> javaOptions, String... args) throws IOException {
    errors = folder.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AgentMain.class.getName());
    command.addAll(List.of("--until-stdin-ends", "--model-dir", folder.resolve("m").toString()));
    command.addAll(List.of(args));
    process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /** Its first line: where it listens. */
  String line() throws IOException {
    String line = process.inputReader().readLine();
    return line == null ? "(it ended: " + Files.readString(errors) + ")" : line;
  }

  /** What it says when it cannot start. */
  String refusal() throws IOException, InterruptedException {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the agent did not end");
    return process.exitValue() + " " + Files.readString(errors).strip();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
