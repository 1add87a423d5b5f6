package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The features that an emulated processor shows to programs. The C library's loader, run under the
 * same emulation, prints what it was told: CPUID on x86, the capabilities of the auxiliary vector
 * on ARM. ONNX Runtime asks in the same two places.
 *
 * @param names as Linux spells them in /proc/cpuinfo
 */
record ShownFeatures(List<String> names) {
  private static final Pattern NUMBER = Pattern.compile("(\\S+)=0x([0-9a-f]+)");

  /** A bit of a number that the loader prints. */
  private record Bit(String feature, String key, int bit) {}

  private static final String HWCAP = "dl_hwcap";
  private static final String HWCAP2 = "dl_hwcap2";

  private static final List<Bit> ARM =
      List.of(
          new Bit("fp", HWCAP, 0),
          new Bit("asimd", HWCAP, 1),
          new Bit("aes", HWCAP, 3),
          new Bit("pmull", HWCAP, 4),
          new Bit("sha1", HWCAP, 5),
          new Bit("sha2", HWCAP, 6),
          new Bit("crc32", HWCAP, 7),
          new Bit("atomics", HWCAP, 8),
          new Bit("fphp", HWCAP, 9),
          new Bit("asimdhp", HWCAP, 10),
          new Bit("cpuid", HWCAP, 11),
          new Bit("asimdrdm", HWCAP, 12),
          new Bit("lrcpc", HWCAP, 15),
          new Bit("dcpop", HWCAP, 16),
          new Bit("asimddp", HWCAP, 20),
          new Bit("sve", HWCAP, 22),
          new Bit("asimdfhm", HWCAP, 23),
          new Bit("sve2", HWCAP2, 1),
          new Bit("i8mm", HWCAP2, 13),
          new Bit("bf16", HWCAP2, 14));

  private static final List<Bit> X86 =
      List.of(
          new Bit("sse2", cpuid(0, 3), 26),
          new Bit("ssse3", cpuid(0, 2), 9),
          new Bit("fma", cpuid(0, 2), 12),
          new Bit("sse4_1", cpuid(0, 2), 19),
          new Bit("sse4_2", cpuid(0, 2), 20),
          new Bit("avx", cpuid(0, 2), 28),
          new Bit("f16c", cpuid(0, 2), 29),
          new Bit("bmi1", cpuid(1, 1), 3),
          new Bit("avx2", cpuid(1, 1), 5),
          new Bit("bmi2", cpuid(1, 1), 8),
          new Bit("avx512f", cpuid(1, 1), 16),
          new Bit("avx512bw", cpuid(1, 1), 30),
          new Bit("avx512vl", cpuid(1, 1), 31),
          new Bit("avx512_vnni", cpuid(1, 2), 11),
          new Bit("amx_int8", cpuid(1, 3), 25),
          new Bit("avx_vnni", cpuid(7, 0), 4));

  ShownFeatures {
    names = List.copyOf(names);
  }

  /** The loader counts leaf 1 as 0, leaf 7 as 1, the second part of leaf 7 as 7. */
  private static String cpuid(int leaf, int register) {
    return "x86.cpu_features.features[0x" + leaf + "].cpuid[0x" + register + "]";
  }

  /**
   * Asks the loader.
   *
   * @param loader of the emulated system
   * @param system as in {@link Qemu#environment}
   * @throws BadInputException if it does not tell, or what it tells is not that processor
   */
  static ShownFeatures ask(Qemu qemu, EmulatedCpu cpu, Path loader, Path system) {
    ExternalProgram.Ended ended =
        ExternalProgram.run(
            Qemu.environment(cpu, system),
            List.of(qemu.program().toString(), loader.toString(), "--list-diagnostics"));
    boolean arm = cpu.instructions() == EmulatedCpu.Instructions.AARCH64;
    Map<String, Long> numbers = numbers(ended.said());
    if (ended.exit() != 0 || !numbers.containsKey(arm ? HWCAP : cpuid(0, 2))) {
      throw new BadInputException(
          loader
              + " --list-diagnostics on "
              + qemu
              + "'s "
              + cpu.word()
              + " says '"
              + ended.lastLine()
              + "'; expected what the processor can do, as glibc 2.33 and newer say it");
    }
    ShownFeatures shown = of(numbers, arm ? ARM : X86);
    if (!shown.names().contains(cpu.neededFeature())) {
      throw new BadInputException(
          qemu
              + " emulates "
              + cpu.word()
              + " without "
              + cpu.neededFeature()
              + "; expected QEMU 7.2 or newer");
    }
    return shown;
  }

  private static Map<String, Long> numbers(String said) {
    Map<String, Long> numbers = new HashMap<>();
    said.lines()
        .map(NUMBER::matcher)
        .filter(Matcher::matches)
        .forEach(m -> numbers.put(m.group(1), Long.parseUnsignedLong(m.group(2), 16)));
    return numbers;
  }

  private static ShownFeatures of(Map<String, Long> numbers, List<Bit> bits) {
    List<String> names = new ArrayList<>();
    for (Bit bit : bits) {
      if ((numbers.getOrDefault(bit.key(), 0L) >>> bit.bit() & 1) == 1) {
        names.add(bit.feature());
      }
    }
    return new ShownFeatures(names);
  }
}
