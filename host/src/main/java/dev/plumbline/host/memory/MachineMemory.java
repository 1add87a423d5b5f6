package dev.plumbline.host.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux says of memory: of the machine, of the control groups (version 1 and 2) that this
 * process is in, and of the process itself. Another system says nothing.
 *
 * @param root the folder that {@code proc} and {@code sys} are in
 */
record MachineMemory(Path root) {
  /** A limit from here on means none. */
  private static final long NO_LIMIT = 1L << 60;

  static MachineMemory here() {
    return new MachineMemory(Path.of("/"));
  }

  /**
   * Bytes that this process can still take: of the machine's memory, and of that of each control
   * group around it. The page cache of files counts as free, as the kernel gives it up first.
   */
  OptionalLong available() {
    OptionalLong least = number(root.resolve("proc/meminfo"), "MemAvailable:\\s+(\\d+) kB", 1024);
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[0].equals("0") && parts[1].isEmpty()) {
        least = smaller(least, left(root.resolve("sys/fs/cgroup"), parts[2], Naming.V2));
      } else if (List.of(parts[1].split(",")).contains("memory")) {
        least = smaller(least, left(root.resolve("sys/fs/cgroup/memory"), parts[2], Naming.V1));
      }
    }
    return least;
  }

  /** Bytes of memory that this process holds. */
  OptionalLong resident() {
    return number(root.resolve("proc/self/status"), "VmRSS:\\s+(\\d+) kB", 1024);
  }

  /** How the two versions of control groups name their files. */
  private enum Naming {
    V2("memory.max", "memory.current", "inactive_file (\\d+)"),
    V1("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file (\\d+)");

    private final String limit;
    private final String usage;
    private final String cache;

    Naming(String limit, String usage, String cache) {
      this.limit = limit;
      this.usage = usage;
      this.cache = cache;
    }
  }

  /**
   * What the group and those around it leave. In a container the group's own path may be missing
   * below the mount, whose root is the group then.
   */
  private static OptionalLong left(Path mount, String path, Naming files) {
    OptionalLong least = OptionalLong.empty();
    Path group = mount.resolve(path.replaceFirst("^/+", "")).normalize();
    if (!group.startsWith(mount)) {
      group = mount;
    }
    for (Path at = group; at.startsWith(mount); at = at.getParent()) {
      least = smaller(least, left(at, files));
    }
    return least;
  }

  private static OptionalLong left(Path group, Naming files) {
    OptionalLong limit = number(group.resolve(files.limit), "(\\d+)", 1);
    OptionalLong usage = number(group.resolve(files.usage), "(\\d+)", 1);
    if (limit.isEmpty() || usage.isEmpty() || limit.getAsLong() >= NO_LIMIT) {
      return OptionalLong.empty();
    }
    long cache = number(group.resolve("memory.stat"), files.cache, 1).orElse(0);
    return OptionalLong.of(Math.max(0, limit.getAsLong() - usage.getAsLong() + cache));
  }

  private static OptionalLong smaller(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return OptionalLong.of(Math.min(a.getAsLong(), b.getAsLong()));
  }

  private static OptionalLong number(Path file, String form, long unit) {
    Pattern pattern = Pattern.compile(form);
    for (String line : lines(file)) {
      Matcher matcher = pattern.matcher(line.strip());
      if (matcher.matches()) {
        return OptionalLong.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
      }
    }
    return OptionalLong.empty();
  }

  /** None where the file cannot be read, as on other systems than Linux. */
  private static List<String> lines(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
