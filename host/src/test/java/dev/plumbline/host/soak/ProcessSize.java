package dev.plumbline.host.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds, as Linux tells.
 *
 * @param heapBytes of Java after a collection; 0 of another process
 * @param residentBytes of the whole process
 * @param descriptors that are open
 * @param threads of the system
 */
record ProcessSize(long heapBytes, long residentBytes, int descriptors, int threads) {
  /** Of this process; collects garbage. */
  static ProcessSize ofThis() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    ProcessSize size = of(ProcessHandle.current().pid());
    return new ProcessSize(heap, size.residentBytes(), size.descriptors(), size.threads());
  }

  static ProcessSize of(long pid) throws IOException {
    Path proc = Path.of("/proc", Long.toString(pid));
    long resident = 0;
    int threads = 0;
    for (String line : Files.readAllLines(proc.resolve("status"), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("VmRSS:")) {
        resident = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      } else if (line.startsWith("Threads:")) {
        threads = Integer.parseInt(line.replaceAll("\\D", ""));
      }
    }
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      return new ProcessSize(0, resident, (int) open.count(), threads);
    }
  }
}
