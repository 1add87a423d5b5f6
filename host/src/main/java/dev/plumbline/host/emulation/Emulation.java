package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An agent to emulate.
 *
 * @param cpu its processor
 * @param name of the device; agents of different names share no files
 * @param port to listen on at 127.0.0.1, 0 for any free one
 * @param threads within an operator, 0 for one per core of this machine
 * @param root a Debian system for arm64; none for the one in the user's cache
 */
public record Emulation(EmulatedCpu cpu, String name, int port, int threads, Optional<Path> root) {
  private static final int MAX_PORT = 65_535;
  private static final int MAX_THREADS = 256;

  public Emulation {
    check("--port", port, MAX_PORT);
    check("--threads", threads, MAX_THREADS);
    if (root.isPresent() && cpu.instructions() != EmulatedCpu.Instructions.AARCH64) {
      throw new BadInputException(
          "--root is for ARM; " + cpu.word() + " runs this system's own Java, expected no --root");
    }
  }

  private static void check(String option, int value, int most) {
    if (value < 0 || value > most) {
      throw new BadInputException(option + " is " + value + "; expected 0 to " + most);
    }
  }
}
