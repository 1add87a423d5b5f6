package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.Fingerprint;
import dev.plumbline.host.emulation.EmulatedAgent;
import dev.plumbline.host.emulation.EmulatedCpu;
import dev.plumbline.host.emulation.Emulation;
import dev.plumbline.host.fleet.DeviceRegistry;
import dev.plumbline.host.fleet.FleetDevice;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "emulate",
    description =
        "Runs an agent on a processor that QEMU emulates, until it is interrupted; prints its"
            + " address once it answers.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DeviceEmulateCommand implements Callable<Integer> {
  /** The label that tells an emulated device, which may be put anew, from a real one. */
  private static final String EMULATED = "emulated";

  @Mixin private CommonOptions common;
  @Mixin private DatabaseOptions databases;

  @Option(
      names = "--cpu",
      required = true,
      paramLabel = "NAME",
      description = "cortex-a53, cortex-a57, cortex-a72, cortex-a76 or haswell.")
  private String cpuWord;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "How the fleet calls it (default: as the processor).")
  private String name;

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "Port on 127.0.0.1; 0 takes any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Threads within an operator (default: one per processor core).")
  private int threads;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "A Debian system for arm64 with Java 17 (default: one in the user's cache folder, made"
              + " of Debian's packages the first time).")
  private Path root;

  @Option(
      names = "--add",
      description = "Add it to the fleet, with the labels cpu and emulated; again at each start.")
  private boolean add;

  @Option(names = "--prepare", description = "Only make what it takes, and end.")
  private boolean prepare;

  @Override
  public Integer call() throws InterruptedException {
    EmulatedCpu cpu = EmulatedCpu.parse(cpuWord);
    Emulation emulation =
        new Emulation(
            cpu, name == null ? cpu.word() : name, port, threads, Optional.ofNullable(root));
    if (prepare) {
      EmulatedAgent.prepare(emulation, common.progress());
      common.answer(
          Map.of("cpu", cpu.word(), "prepared", true),
          List.of(cpu.word() + " can be emulated here"));
      return 0;
    }
    if (add) {
      known(emulation.name());
    }
    EmulatedAgent agent =
        EmulatedAgent.start(emulation, EmulatedAgent.installed(cpu), common.progress());
    Thread stop = new Thread(agent::close, "stop-agent");
    Runtime.getRuntime().addShutdownHook(stop);
    if (add) {
      put(emulation, agent);
    }
    answer(emulation, agent);
    agent.awaitEnd();
    return 0;
  }

  /** The device of this name that is emulated too, if the fleet has one. */
  private Optional<FleetDevice> known(String device) {
    Optional<FleetDevice> known =
        databases.open().devices().all().stream()
            .filter(other -> other.name().equals(device))
            .findFirst();
    if (known.isPresent() && !known.get().labels().containsKey(EMULATED)) {
      throw new BadInputException(
          "device "
              + device
              + " of the fleet is not emulated, it is at "
              + known.get().address()
              + "; expected another --name");
    }
    return known;
  }

  private void put(Emulation emulation, EmulatedAgent agent) {
    DeviceRegistry devices = databases.open().devices();
    known(emulation.name()).ifPresent(former -> devices.remove(former.name()));
    devices.add(
        new FleetDevice(
            emulation.name(),
            agent.address(),
            Map.of("cpu", emulation.cpu().word(), EMULATED, "qemu"),
            Instant.now()));
  }

  private void answer(Emulation emulation, EmulatedAgent agent) {
    Fingerprint fingerprint = agent.fingerprint();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", emulation.name());
    answer.put("address", agent.address().toString());
    answer.put("cpu", emulation.cpu().word());
    answer.put("arch", fingerprint.arch());
    answer.put("processor", fingerprint.processor());
    answer.put("int8_features", fingerprint.int8Features());
    answer.put("emulator", fingerprint.emulator());
    common.answer(
        answer,
        List.of(
            emulation.name()
                + " (emulated by "
                + fingerprint.emulator()
                + ") listening on "
                + agent.address()));
    common.say("it stops with Ctrl-C");
  }
}
