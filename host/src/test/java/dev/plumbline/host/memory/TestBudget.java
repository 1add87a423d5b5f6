package dev.plumbline.host.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Has this process find less memory than there is. */
public final class TestBudget {
  private TestBudget() {}

  /**
   * Does something while the machine seems to have so much left.
   *
   * @param folder for what stands in for Linux's files
   */
  public static void leaving(Path folder, long kilobytes, Runnable work) throws IOException {
    Files.createDirectories(folder.resolve("proc"));
    Files.writeString(
        folder.resolve("proc/meminfo"), "MemAvailable:   %d kB%n".formatted(kilobytes));
    MemoryBudget.use(new MemoryBudget(new MachineMemory(folder), OptionalLong.empty(), () -> 0L));
    try {
      work.run();
    } finally {
      MemoryBudget.bound(Optional.empty());
    }
  }
}
