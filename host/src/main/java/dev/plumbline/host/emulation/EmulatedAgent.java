package dev.plumbline.host.emulation;

import dev.plumbline.agent.machine.UserFolders;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.AgentProgram;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.Fingerprint;
import dev.plumbline.host.judging.DeviceUnreachableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real agent under QEMU's user emulation: the distribution that a board of that processor would
 * get, on this machine's kernel. Its int8 arithmetic is the processor's; its speed is not.
 */
public final class EmulatedAgent implements AutoCloseable {
  /** Java starts some thirty times slower there, and this machine may have other work. */
  private static final Duration START = Duration.ofMinutes(5);

  /** A batch may take an emulator longer than any board. */
  private static final Duration LONGEST_RUN = Duration.ofMinutes(20);

  private static final int FIRST_ASKS = 12;
  private static final Path X86_LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");

  private final AgentProcess process;
  private final Fingerprint fingerprint;
  private volatile boolean closing;

  private EmulatedAgent(AgentProcess process, Fingerprint fingerprint) {
    this.process = process;
    this.fingerprint = fingerprint;
  }

  /** What stands ready to be emulated. */
  private record Prepared(Qemu qemu, Path system, Path javaHome) {}

  /**
   * Makes what an emulation takes, the arm64 system above all, and starts nothing.
   *
   * @throws BadInputException if QEMU or the system cannot be had
   */
  public static void prepare(Emulation emulation, Progress progress) {
    prepared(emulation, progress);
  }

  private static Prepared prepared(Emulation emulation, Progress progress) {
    EmulatedCpu cpu = emulation.cpu();
    String here = System.getProperty("os.arch");
    if (!here.equals("amd64")) {
      throw new BadInputException(
          "processors are emulated on x86-64 alone, this machine is " + here);
    }
    Qemu qemu = Qemu.find(cpu);
    Path system = folder(emulation).resolve("system-" + cpu.word());
    try {
      Path javaHome = Path.of(System.getProperty("java.home"));
      Path loader = X86_LOADER;
      if (cpu.instructions() == EmulatedCpu.Instructions.AARCH64) {
        ArmRoot root =
            emulation.root().map(ArmRoot::of).orElseGet(() -> ArmRoot.cachedOrMade(progress));
        SystemView.link(system, root.folder());
        javaHome = root.javaHome();
        loader = root.loader();
      }
      ShownFeatures features = ShownFeatures.ask(qemu, cpu, loader, system);
      SystemView.describe(system, cpu, features, Runtime.getRuntime().availableProcessors());
      return new Prepared(qemu, system, javaHome);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + system + ": " + e.getMessage(), e);
    }
  }

  private static Path folder(Emulation emulation) {
    return UserFolders.ofThisUser().cache().resolve("emulated").resolve(emulation.name());
  }

  /** The agent's distribution for a processor, in this program's. */
  public static AgentProgram installed(EmulatedCpu cpu) {
    return switch (cpu.instructions()) {
      case AARCH64 -> AgentProgram.installedForArm();
      case X86_64 -> AgentProgram.installed();
    };
  }

  /**
   * Starts an agent and waits until it has answered once.
   *
   * @param program the agent's distribution for the processor
   * @throws BadInputException if something that it takes is missing
   * @throws DeviceUnreachableException if it does not start
   */
  public static EmulatedAgent start(Emulation emulation, AgentProgram program, Progress progress) {
    Prepared prepared = prepared(emulation, progress);
    List<String> command = new ArrayList<>();
    command.add(program.launcher().toString());
    command.addAll(List.of("--host", "127.0.0.1", "--port", "" + emulation.port()));
    command.addAll(List.of("--emulator", prepared.qemu().toString()));
    command.addAll(List.of("--max-run-seconds", "" + LONGEST_RUN.toSeconds()));
    command.addAll(List.of("--model-dir", folder(emulation).resolve("models").toString()));
    if (emulation.threads() > 0) {
      command.addAll(List.of("--threads", "" + emulation.threads()));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.putAll(Qemu.environment(emulation.cpu(), prepared.system()));
    environment.put("PLUMBLINE_AGENT_EMULATOR", prepared.qemu().program().toString());
    environment.put("JAVA_HOME", prepared.javaHome().toString());
    // Code that was compiled with more care is not worth its compilation there.
    environment.merge(
        "PLUMBLINE_AGENT_JAVA_OPTIONS",
        "-XX:TieredStopAtLevel=1",
        (theirs, ours) -> ours + " " + theirs);
    progress.say("starting an agent on " + prepared.qemu() + "'s " + emulation.cpu().word());
    AgentProcess process = AgentProcess.start(builder, START);
    try {
      return new EmulatedAgent(process, firstAnswer(process.address()));
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /** The first call loads classes, which takes longer than calls may take. */
  private static Fingerprint firstAnswer(DeviceAddress address) {
    for (int left = FIRST_ASKS; ; left--) {
      try (DeviceClient client = new DeviceClient(address, DeviceAccess.inTheClear())) {
        return client.describe();
      } catch (DeviceUnreachableException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  public DeviceAddress address() {
    return process.address();
  }

  /** What it says about itself. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /**
   * Waits until it ends.
   *
   * @throws DeviceUnreachableException if it does though nobody has closed it
   */
  public void awaitEnd() throws InterruptedException {
    int exit = process.awaitEnd();
    if (closing) {
      return;
    }
    String log = process.log();
    throw new DeviceUnreachableException(
        "the emulated agent ended with exit code "
            + exit
            + (log.isEmpty() ? "" : "; it said: " + log),
        null);
  }

  @Override
  public void close() {
    closing = true;
    process.close();
  }
}
