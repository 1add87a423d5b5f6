package dev.plumbline.host.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A processor, as far as it matters for int8 arithmetic.
 *
 * @param name its own name, empty where the system does not tell
 * @param int8Features lower case, sorted, as Linux spells them: avx2, avx512_vnni, asimddp
 */
record Processor(String name, List<String> int8Features) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Set<String> FEATURES =
      Set.of("avx2", "avx512_vnni", "avx_vnni", "avx512bw", "asimddp", "i8mm", "sve", "amx_int8");

  Processor {
    int8Features = List.copyOf(int8Features);
  }

  static Processor ofThisMachine() {
    try {
      return of(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      // Not Linux: the name is a courtesy, and an unknown one is told as such.
      return new Processor("", List.of());
    }
  }

  static Processor of(List<String> cpuinfo) {
    String name = field(cpuinfo, "model name");
    String flags = field(cpuinfo, "flags") + " " + field(cpuinfo, "Features");
    return new Processor(
        name,
        Arrays.stream(flags.strip().split("\\s+"))
            .filter(FEATURES::contains)
            .distinct()
            .sorted()
            .toList());
  }

  private static String field(List<String> cpuinfo, String key) {
    return cpuinfo.stream()
        .filter(line -> line.matches(key + "\\s*:.*"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
