package dev.plumbline.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bound on the memory of a process that the kernel keeps (RLIMIT_DATA). What ONNX Runtime asks
 * for beyond it fails there and then, as an error of that one model; without it the kernel would
 * give the memory and later kill the process for using it.
 */
final class ProcessMemory {
  private ProcessMemory() {}

  /**
   * Of the agent itself.
   *
   * @throws StartException if it cannot be set
   */
  static void limit(long bytes) {
    limit(ProcessHandle.current().pid(), bytes);
  }

  /**
   * Java cannot set a limit of a process, util-linux can.
   *
   * @throws StartException if it cannot be set
   */
  static void limit(long pid, long bytes) {
    List<String> command = List.of("prlimit", "--pid", Long.toString(pid), "--data=" + bytes);
    try {
      Process prlimit = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (prlimit.waitFor() != 0) {
        throw new StartException(
            "--max-memory-bytes " + bytes + " could not be set: prlimit said '" + said + "'");
      }
    } catch (IOException e) {
      throw new StartException(
          "--max-memory-bytes needs the program prlimit of util-linux, and it cannot be run ("
              + e.getMessage()
              + ")",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("--max-memory-bytes: interrupted while prlimit ran", e);
    }
  }
}
