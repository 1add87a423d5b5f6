package dev.plumbline.host.emulation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder whose files QEMU shows to an emulated program in the place of this machine's: the
 * emulated system's, and a /proc/cpuinfo of the emulated processor. With this machine's, ONNX
 * Runtime would crash on ARM, and the agent would name the wrong processor.
 */
final class SystemView {
  /** What stays this machine's. */
  private static final Set<String> OURS =
      Set.of("proc", "sys", "dev", "tmp", "run", "home", "root", "mnt", "media");

  private SystemView() {}

  /** Links to all that a root has. */
  static void link(Path view, Path root) throws IOException {
    Files.createDirectories(view);
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        Path link = view.resolve(entry.getFileName());
        if (!OURS.contains(entry.getFileName().toString())) {
          if (Files.isSymbolicLink(link)) {
            Files.delete(link);
          }
          Files.createSymbolicLink(link, entry.toAbsolutePath());
        }
      }
    }
  }

  /**
   * Describes the processor.
   *
   * @param cores to show
   */
  static void describe(Path view, EmulatedCpu cpu, ShownFeatures features, int cores)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (int core = 0; core < cores; core++) {
      List<String> lines =
          switch (cpu.instructions()) {
            case AARCH64 -> armCore(core, cpu, features);
            case X86_64 -> x86Core(core, cores, cpu, features);
          };
      text.append(String.join("\n", lines)).append("\n\n");
    }
    write(view.resolve("proc/cpuinfo"), text.toString());
    String all = cores == 1 ? "0\n" : "0-" + (cores - 1) + "\n";
    for (String list : List.of("possible", "present", "online")) {
      write(view.resolve("sys/devices/system/cpu").resolve(list), all);
    }
  }

  private static List<String> armCore(int core, EmulatedCpu cpu, ShownFeatures features) {
    return List.of(
        "processor\t: " + core,
        "BogoMIPS\t: 100.00",
        "Features\t: " + String.join(" ", features.names()),
        "CPU implementer\t: 0x41",
        "CPU architecture: 8",
        "CPU variant\t: 0x0",
        "CPU part\t: " + cpu.part(),
        "CPU revision\t: 0");
  }

  private static List<String> x86Core(
      int core, int cores, EmulatedCpu cpu, ShownFeatures features) {
    return List.of(
        "processor\t: " + core,
        "vendor_id\t: GenuineIntel",
        "cpu family\t: 6",
        "model\t\t: 60",
        "model name\t: " + cpu.processor(),
        "stepping\t: 4",
        "physical id\t: 0",
        "siblings\t: " + cores,
        "core id\t\t: " + core,
        "cpu cores\t: " + cores,
        "apicid\t\t: " + core,
        "flags\t\t: " + String.join(" ", features.names()));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.US_ASCII);
  }
}
