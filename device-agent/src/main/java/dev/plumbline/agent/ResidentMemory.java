package dev.plumbline.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory that the kernel has given to processes, as Linux tells. */
final class ResidentMemory {
  private ResidentMemory() {}

  /**
   * Bytes of the agent and of the process that runs its models; 0 where the system does not tell.
   */
  static long ofAgent() {
    ProcessHandle agent = ProcessHandle.current();
    return Stream.concat(Stream.of(agent), agent.children()).mapToLong(ResidentMemory::of).sum();
  }

  private static long of(ProcessHandle process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
      return 0;
    }
  }
}
