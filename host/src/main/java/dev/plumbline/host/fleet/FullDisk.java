package dev.plumbline.host.fleet;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Asks a disk whether it still takes what is written to it. */
final class FullDisk {
  /** More than a file system rounds the room of a file up to. */
  private static final int BYTES = 1 << 16;

  private FullDisk() {}

  /**
   * What the system says of a small file beside another one, which is deleted at once.
   *
   * @return empty if it can be written
   */
  static Optional<String> reason(Path beside) {
    try {
      Path small = Files.createTempFile(beside.toAbsolutePath().getParent(), "plumbline", ".tmp");
      try {
        Files.write(small, new byte[BYTES]);
      } finally {
        Files.delete(small);
      }
      return Optional.empty();
    } catch (FileSystemException e) {
      return Optional.of(e.getReason() == null ? e.toString() : e.getReason());
    } catch (IOException e) {
      return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }
}
