package dev.plumbline.host.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent of the test class path that dials its host, as a process of its own. */
public final class JoiningAgent implements AutoCloseable {
  private final Process process;
  private final Path log;

  private JoiningAgent(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param folder for its models and its log
   */
  public static JoiningAgent start(Path folder, String host, String name, String... options)
      throws IOException {
    Path log = Files.createTempFile(folder, name, ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("dev.plumbline.agent.AgentMain");
    command.addAll(List.of("--threads", "1", "--until-stdin-ends"));
    command.addAll(List.of("--model-dir", folder.resolve("models-" + name).toString()));
    command.addAll(List.of("--join", host, "--name", name));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    return new JoiningAgent(builder.redirectOutput(log.toFile()).start(), log);
  }

  /** All that it has said. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** Waits until the log holds the words. */
  public void awaitLog(String words) throws Exception {
    Waiting.until("the log of the agent to hold '" + words + "'", () -> log().contains(words));
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Has the system stop or go on with the process. */
  public void signal(String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
