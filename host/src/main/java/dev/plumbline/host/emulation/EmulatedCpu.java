package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A processor that QEMU can stand in for. */
public enum EmulatedCpu {
  /** Raspberry Pi 3; no dotprod. */
  CORTEX_A53(Instructions.AARCH64, "cortex-a53", "Cortex-A53", "0xd03", "asimd"),
  /** Jetson TX1 and Nano; no dotprod. */
  CORTEX_A57(Instructions.AARCH64, "cortex-a57", "Cortex-A57", "0xd07", "asimd"),
  /** Raspberry Pi 4; no dotprod. */
  CORTEX_A72(Instructions.AARCH64, "cortex-a72", "Cortex-A72", "0xd08", "asimd"),
  /** Raspberry Pi 5; dotprod. */
  CORTEX_A76(Instructions.AARCH64, "cortex-a76", "Cortex-A76", "0xd0b", "asimddp"),
  /**
   * AVX2 without VNNI: products of U8S8 saturate. Without what QEMU says that it leaves out anyway,
   * once for each thread.
   */
  HASWELL(
      Instructions.X86_64,
      "Haswell-noTSX,pcid=off,x2apic=off,tsc-deadline=off,invpcid=off",
      "Intel Haswell",
      "",
      "avx2");

  /** The instructions that a processor understands. */
  enum Instructions {
    AARCH64("aarch64"),
    X86_64("x86_64");

    private final String word;

    Instructions(String word) {
      this.word = word;
    }

    /** As QEMU's programs and Linux call them. */
    String word() {
      return word;
    }
  }

  private final Instructions instructions;
  private final String model;
  private final String processor;
  private final String part;
  private final String neededFeature;

  EmulatedCpu(
      Instructions instructions,
      String model,
      String processor,
      String part,
      String neededFeature) {
    this.instructions = instructions;
    this.model = model;
    this.processor = processor;
    this.part = part;
    this.neededFeature = neededFeature;
  }

  /**
   * Reads a word of {@code --cpu}.
   *
   * @throws BadInputException if there is no such processor
   */
  public static EmulatedCpu parse(String word) {
    return Arrays.stream(values())
        .filter(cpu -> cpu.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "processor '"
                        + word
                        + "' cannot be emulated; expected one of "
                        + Arrays.stream(values())
                            .map(EmulatedCpu::word)
                            .collect(Collectors.joining(", "))));
  }

  /** As {@code --cpu} takes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Instructions instructions() {
    return instructions;
  }

  /** As QEMU's {@code -cpu} takes it. */
  String model() {
    return model;
  }

  /** Its name in a fingerprint. */
  String processor() {
    return processor;
  }

  /** The number by which Linux on ARM names it, with 0x41 for ARM itself. */
  String part() {
    return part;
  }

  /** A feature, as Linux spells it, without which it would not be that processor. */
  String neededFeature() {
    return neededFeature;
  }
}
