package dev.plumbline.host.emulation;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * QEMU's emulation of programs for another processor.
 *
 * @param program for the processor's instructions
 * @param version such as 7.2.22
 */
record Qemu(Path program, String version) {
  private static final Pattern VERSION = Pattern.compile("version (\\d+(?:\\.\\d+)*)");

  /**
   * The one on the path.
   *
   * @throws BadInputException if there is none
   */
  static Qemu find(EmulatedCpu cpu) {
    String name = "qemu-" + cpu.instructions().word();
    Path program =
        ExternalProgram.find(name + "-static")
            .or(() -> ExternalProgram.find(name))
            .orElseThrow(
                () ->
                    new BadInputException(
                        cpu.word()
                            + " cannot be emulated: neither "
                            + name
                            + "-static nor "
                            + name
                            + " is on the path; install QEMU, Debian's package qemu-user-static"));
    ExternalProgram.Ended ended =
        ExternalProgram.run(Map.of(), List.of(program.toString(), "--version"));
    Matcher matcher = VERSION.matcher(ended.said());
    if (ended.exit() != 0 || !matcher.find()) {
      throw new BadInputException(
          program + " says '" + ended.lastLine() + "' when asked for its version; expected QEMU");
    }
    return new Qemu(program, matcher.group(1));
  }

  /**
   * What tells it, in its environment, what to emulate.
   *
   * @param system a folder whose files stand in for those of this machine, as far as it has them
   */
  static Map<String, String> environment(EmulatedCpu cpu, Path system) {
    return Map.of("QEMU_CPU", cpu.model(), "QEMU_LD_PREFIX", system.toString());
  }

  /** For fingerprints. */
  @Override
  public String toString() {
    return "QEMU " + version;
  }
}
