package dev.plumbline.host;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file so that its name only ever shows a whole one: beside it first, then moved over it
 * in one step. A process killed on the way leaves the former file, and at most a dot file whose
 * name holds {@code .partial-}. (The content is not forced to the disk: a power cut is not
 * covered.)
 */
public final class WholeFile {
  private WholeFile() {}

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    /**
     * @param out is buffered, and closed by the caller
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, replacing the one of that name. Folders on the way are made.
   *
   * @throws UncheckedIOException if it cannot be written; then nothing of the name has changed
   */
  public static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      Path beside =
          Files.createTempFile(target.getParent(), "." + target.getFileName() + ".partial-", "");
      try {
        // What createTempFile makes is for its owner only; a new file gets the usual permissions.
        Files.delete(beside);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside), 1 << 16)) {
          content.writeTo(out);
        }
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
