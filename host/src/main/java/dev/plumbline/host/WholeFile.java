package dev.plumbline.host;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file so that its name only ever shows a whole one: beside it first, then moved over it
 * in one step. A process killed on the way leaves the former file, and at most a dot file whose
 * name holds {@code .partial-}. The content is forced to the disk before the name shows it, so that
 * a power cut does no more.
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
      requireReplaceable(target);
      Files.createDirectories(target.getParent());
      Path beside =
          Files.createTempFile(target.getParent(), "." + target.getFileName() + ".partial-", "");
      try {
        // What createTempFile makes is for its owner only; a new file gets the usual permissions.
        Files.delete(beside);
        // The content may close it itself, as JSON and gzip do.
        try (OutputStream out =
            new BufferedOutputStream(
                Files.newOutputStream(
                    beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                1 << 16)) {
          content.writeTo(out);
        }
        force(beside);
        Files.move(
            beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(target.getParent());
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw unwritten("cannot write " + file, e);
    }
  }

  /** A name of something else than a file would show a file instead of it: /dev/null, say. */
  private static void requireReplaceable(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new IOException("it is a folder, expected a file or nothing there");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(target)
        && !Files.isRegularFile(target)) {
      throw new IOException(
          "it is a named pipe, a socket or a device, expected a file or nothing there");
    }
  }

  /**
   * Finds out now whether a file could be written later, at the end of long work. Folders on the
   * way are made.
   *
   * @throws UncheckedIOException if it could not
   */
  public static void requireWritable(Path file) {
    Path target = file.toAbsolutePath();
    try {
      requireReplaceable(target);
      Files.createDirectories(target.getParent());
      Files.delete(
          Files.createTempFile(target.getParent(), "." + target.getFileName() + ".partial-", ""));
    } catch (IOException e) {
      throw unwritten("cannot write " + file, e);
    }
  }

  /**
   * Forces to the disk what a file holds, or which names a folder has.
   *
   * @throws IOException if the disk does not take it
   */
  public static void force(Path fileOrFolder) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * What is said where something cannot be written.
   *
   * @param what the beginning of the sentence, such as "cannot write FILE"
   */
  public static UncheckedIOException unwritten(String what, IOException e) {
    return new UncheckedIOException(OneLine.of(what + ": " + IoReason.of(e)), e);
  }
}
