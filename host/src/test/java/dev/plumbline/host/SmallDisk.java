package dev.plumbline.host;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file system in memory, small enough to be filled. Tests without it are skipped. */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /** Mounts one over a folder. */
  public static SmallDisk mount(Path folder, int kib) throws IOException {
    Files.createDirectories(folder);
    boolean mounted;
    try {
      mounted = run("mount", "-t", "tmpfs", "-o", "size=" + kib + "k", "tmpfs", folder.toString());
    } catch (IOException e) {
      mounted = false;
    }
    assumeTrue(mounted, "a small disk needs root and 'mount -t tmpfs'");
    return new SmallDisk(folder);
  }

  private static boolean run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.onExit().join().exitValue() == 0;
  }

  public Path folder() {
    return folder;
  }

  /** Takes all room but the given bytes. */
  public void fill(long leftBytes) throws IOException {
    long bytes = Files.getFileStore(folder).getUsableSpace() - leftBytes;
    byte[] block = new byte[4096];
    Arrays.fill(block, (byte) 1);
    try (var out = Files.newOutputStream(filler)) {
      for (long written = 0; written + block.length <= bytes; written += block.length) {
        out.write(block);
      }
    }
  }

  /** Gives the room back. */
  public void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  /** Unmounts; what is there is gone. */
  @Override
  public void close() throws IOException {
    if (!run("umount", folder.toString()) && !run("umount", "-l", folder.toString())) {
      throw new IOException(folder + " cannot be unmounted");
    }
  }
}
