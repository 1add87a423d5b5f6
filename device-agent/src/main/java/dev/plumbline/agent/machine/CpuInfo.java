package dev.plumbline.agent.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processor, as Linux tells it in /proc/cpuinfo.
 *
 * @param processor its name, empty where Linux does not tell
 * @param int8Features those of its features that change int8 arithmetic, sorted
 */
public record CpuInfo(String processor, List<String> int8Features) {

  private static final Path FILE = Path.of("/proc/cpuinfo");

  /**
   * As Linux spells them, here, on the host and on the wire. The matrix products of ONNX Runtime's
   * CPU provider differ by these.
   */
  private static final Set<String> FEATURES =
      Set.of("avx2", "avx512bw", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm");

  /** Linux's spelling by that of agents before 0.1. */
  private static final Map<String, String> FORMER =
      Map.of("avx512vnni", "avx512_vnni", "avxvnni", "avx_vnni", "amxint8", "amx_int8");

  private static final List<String> X86_FEATURES =
      List.of("avx2", "avx512bw", "avx512_vnni", "avx_vnni", "amx_int8");

  /** By implementer and part, since Linux on ARM gives numbers only. */
  private static final Map<String, String> ARM_PARTS =
      Map.ofEntries(
          Map.entry("0x41 0xd03", "Cortex-A53"),
          Map.entry("0x41 0xd04", "Cortex-A35"),
          Map.entry("0x41 0xd05", "Cortex-A55"),
          Map.entry("0x41 0xd07", "Cortex-A57"),
          Map.entry("0x41 0xd08", "Cortex-A72"),
          Map.entry("0x41 0xd09", "Cortex-A73"),
          Map.entry("0x41 0xd0a", "Cortex-A75"),
          Map.entry("0x41 0xd0b", "Cortex-A76"),
          Map.entry("0x41 0xd0c", "Neoverse-N1"),
          Map.entry("0x41 0xd0d", "Cortex-A77"),
          Map.entry("0x41 0xd40", "Neoverse-V1"),
          Map.entry("0x41 0xd41", "Cortex-A78"),
          Map.entry("0x41 0xd42", "Cortex-A78AE"),
          Map.entry("0x41 0xd44", "Cortex-X1"),
          Map.entry("0x41 0xd46", "Cortex-A510"),
          Map.entry("0x41 0xd47", "Cortex-A710"),
          Map.entry("0x41 0xd48", "Cortex-X2"),
          Map.entry("0x41 0xd49", "Neoverse-N2"),
          Map.entry("0x41 0xd4d", "Cortex-A715"),
          Map.entry("0x41 0xd4e", "Cortex-X3"),
          Map.entry("0x41 0xd4f", "Neoverse-V2"),
          Map.entry("0x4e 0x003", "NVIDIA Denver 2"),
          Map.entry("0x4e 0x004", "NVIDIA Carmel"));

  /** This machine's; nothing is known of it where Linux does not tell. */
  public static CpuInfo ofThisMachine() throws IOException {
    return parse(
        Files.isReadable(FILE) ? Files.readAllLines(FILE, StandardCharsets.ISO_8859_1) : List.of());
  }

  /** A feature that an agent or a corpus names, as Linux spells it. */
  public static String spelling(String feature) {
    return FORMER.getOrDefault(feature, feature);
  }

  /**
   * Reads what a file such as /proc/cpuinfo holds; on a processor of several kinds of core all are
   * named, and a feature counts only if every core has it.
   */
  public static CpuInfo parse(List<String> lines) {
    String names = values(lines, "model name").distinct().collect(Collectors.joining(" + "));
    if (names.isEmpty()) {
      List<String> implementers = values(lines, "CPU implementer").toList();
      List<String> parts = values(lines, "CPU part").toList();
      StringBuilder found = new StringBuilder();
      TreeSet<String> seen = new TreeSet<>();
      for (int i = 0; i < Math.min(implementers.size(), parts.size()); i++) {
        String key = implementers.get(i) + " " + parts.get(i);
        if (seen.add(key)) {
          found
              .append(found.isEmpty() ? "" : " + ")
              .append(ARM_PARTS.getOrDefault(key, "ARM implementer and part " + key));
        }
      }
      names = found.toString();
    }
    TreeSet<String> common = null;
    for (String flags :
        Stream.concat(values(lines, "flags"), values(lines, "Features")).distinct().toList()) {
      TreeSet<String> ours = new TreeSet<>();
      for (String flag : flags.split("\\s+")) {
        if (FEATURES.contains(flag)) {
          ours.add(flag);
        }
      }
      if (common == null) {
        common = ours;
      } else {
        common.retainAll(ours);
      }
    }
    return new CpuInfo(names, common == null ? List.of() : List.copyOf(common));
  }

  /** Whether these are a x86 processor's features while Java runs on ARM, as under an emulator. */
  public boolean isOfAnother(String arch) {
    return arch.equals("aarch64") && !Collections.disjoint(int8Features, X86_FEATURES);
  }

  private static Stream<String> values(List<String> lines, String key) {
    return lines.stream()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equals(key))
        .map(parts -> parts[1].strip());
  }
}
