package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.judging.DeviceUnreachableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent's distribution beside the host's.
 *
 * @param launcher its {@code bin/plumbline-agent}
 */
public record AgentProgram(Path launcher) {
  /** Property with the folder of the host's distribution; the launcher sets it. */
  public static final String HOME = "plumbline.home";

  /**
   * The one in the host's distribution.
   *
   * @throws BadInputException if there is none
   */
  public static AgentProgram installed() {
    return installed("agent");
  }

  /**
   * The one for linux-aarch64 in the host's distribution.
   *
   * @throws BadInputException if there is none
   */
  public static AgentProgram installedForArm() {
    return installed("agent-linux-aarch64");
  }

  private static AgentProgram installed(String folder) {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new BadInputException(
          "the agent cannot be found: property " + HOME + " is not set, expected the launcher's");
    }
    Path launcher = Path.of(home, folder, "bin", "plumbline-agent");
    if (!Files.isExecutable(launcher)) {
      throw new BadInputException(
          "the agent cannot be started: "
              + launcher
              + " is no program, expected the agent's distribution there");
    }
    return new AgentProgram(launcher);
  }

  /**
   * Runs it in the foreground until it ends; it ends with this program.
   *
   * @return its exit code
   */
  public int run(List<String> args) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(args);
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new DeviceUnreachableException(
          "the agent could not be started as " + launcher + ": " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop-agent"));
    return process.waitFor();
  }
}
