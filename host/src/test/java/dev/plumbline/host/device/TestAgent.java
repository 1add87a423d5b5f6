package dev.plumbline.host.device;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The agent of the test class path, as a process of its own. */
public final class TestAgent {
  private TestAgent() {}

  public static AgentProcess start(Path modelFolder, String... options) {
    return startWithThreads(1, modelFolder, options);
  }

  static AgentProcess startWithThreads(int threads, Path modelFolder, String... options) {
    List<String> command = command(threads, modelFolder);
    command.addAll(List.of(options));
    return AgentProcess.start(command);
  }

  /** The command line, to which options may be added. */
  static List<String> command(int threads, Path modelFolder) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("dev.plumbline.agent.AgentMain");
    command.addAll(
        List.of("--threads", Integer.toString(threads), "--model-dir", modelFolder.toString()));
    return command;
  }
}
