package dev.plumbline.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are those of Linux 5 and 6, with their forms from proc(5) and cgroups(7). */
class MachineMemoryTest {
  private static final long MIB = 1L << 20;

  @TempDir private Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private OptionalLong available() {
    return new MachineMemory(root).available();
  }

  private void machineOfTwoGibibytes() throws IOException {
    file(
        "proc/meminfo",
        """
        MemTotal:        4028668 kB
        MemFree:          102400 kB
        MemAvailable:    2097152 kB
        """);
  }

  @Test
  void anotherSystemSaysNothing() {
    assertEquals(OptionalLong.empty(), available());
    assertEquals(OptionalLong.empty(), new MachineMemory(root).resident());
  }

  @Test
  void aMachineWithoutLimitsHasWhatIsAvailable() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "0::/user.slice\n");
    file("sys/fs/cgroup/user.slice/memory.max", "max\n");
    file("sys/fs/cgroup/user.slice/memory.current", "1000\n");
    assertEquals(OptionalLong.of(2048 * MIB), available());
  }

  @Test
  void aGroupOfVersionTwoLeavesItsLimitLessItsUseWithoutFileCache() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "0::/pods/one\n");
    file("sys/fs/cgroup/pods/one/memory.max", 800 * MIB + "\n");
    file("sys/fs/cgroup/pods/one/memory.current", 300 * MIB + "\n");
    file("sys/fs/cgroup/pods/one/memory.stat", "anon 5\ninactive_file " + 100 * MIB + "\n");
    assertEquals(OptionalLong.of(600 * MIB), available());
  }

  @Test
  void aGroupAroundItBoundsToo() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "0::/pods/one\n");
    file("sys/fs/cgroup/pods/one/memory.max", "max\n");
    file("sys/fs/cgroup/pods/memory.max", 500 * MIB + "\n");
    file("sys/fs/cgroup/pods/memory.current", 100 * MIB + "\n");
    assertEquals(OptionalLong.of(400 * MIB), available());
  }

  @Test
  void aContainerSeesItsOwnGroupAtTheRoot() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "0::/../../docker/abc\n");
    file("sys/fs/cgroup/memory.max", 500 * MIB + "\n");
    file("sys/fs/cgroup/memory.current", 100 * MIB + "\n");
    assertEquals(OptionalLong.of(400 * MIB), available());
  }

  @Test
  void aGroupOfVersionOneIsRead() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "11:cpu,cpuacct:/other\n5:memory:/docker/abc\n1:name=systemd:/x\n");
    file("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", 700 * MIB + "\n");
    file("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", 300 * MIB + "\n");
    file(
        "sys/fs/cgroup/memory/docker/abc/memory.stat",
        "inactive_file 7\ntotal_inactive_file " + 50 * MIB + "\n");
    // What version 1 says where there is no limit.
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
    assertEquals(OptionalLong.of(450 * MIB), available());
  }

  @Test
  void aGroupThatIsFullLeavesNothing() throws IOException {
    machineOfTwoGibibytes();
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "1000\n");
    file("sys/fs/cgroup/memory.current", "2000\n");
    assertEquals(OptionalLong.of(0), available());
  }

  @Test
  void whatTheProcessHoldsIsRead() throws IOException {
    file("proc/self/status", "Name:\tjava\nVmHWM:\t  900 kB\nVmRSS:\t  700 kB\n");
    assertEquals(OptionalLong.of(700 << 10), new MachineMemory(root).resident());
  }
}
