package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an unfinished corpus keeps beside its rows and pictures, so that its search can go on: what
 * it comes from, how many bytes of rows count, and the searcher's own state. The files have a dot
 * before their names and are deleted when the corpus is whole. A lock, which ends with the process,
 * keeps two of them from writing to one folder.
 */
final class Checkpoint implements AutoCloseable {
  private static final String ORIGIN = ".search.json";
  private static final String STATE = ".state";
  private static final String LOCK = ".lock";
  private static final long LARGEST_STATE = 256L << 20;

  private final Path folder;
  private final FileChannel lock;

  private Checkpoint(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * What was kept last.
   *
   * @param rows bytes of the file of rows that belong to it
   * @param state of the searcher
   */
  record Kept(long rows, byte[] state) {}

  /**
   * Takes a folder, which is made if it is not there.
   *
   * @throws BadInputException if another process has it, or it holds something else than an
   *     unfinished corpus of this origin
   */
  static Checkpoint open(Path folder, CorpusOrigin origin) throws IOException {
    if (Files.isSymbolicLink(folder)) {
      throw new BadInputException(
          folder + " is a symbolic link, expected a folder of an unfinished search, or nothing");
    }
    Files.createDirectories(folder);
    requireUnfinished(folder);
    FileChannel lock =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!isFree(lock)) {
        throw new BadInputException(
            "another search is writing to " + folder + ": expected one at a time");
      }
      Path file = folder.resolve(ORIGIN);
      if (Files.exists(file)) {
        requireSame(file, CorpusFiles.tree(origin));
      } else {
        WholeFile.write(file, out -> out.write(CorpusFiles.json(origin)));
      }
      return new Checkpoint(folder, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Of this very process.
      return false;
    }
  }

  private static void requireUnfinished(Path folder) throws IOException {
    if (Files.exists(folder.resolve(ORIGIN))) {
      return;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      Optional<Path> strange =
          inside.filter(path -> !path.getFileName().toString().startsWith(".")).findFirst();
      if (strange.isPresent()) {
        throw new BadInputException(
            folder
                + " holds '"
                + strange.get().getFileName()
                + "' and no unfinished search: expected one, or nothing, where a search is to be"
                + " kept until it is whole");
      }
    }
  }

  private static void requireSame(Path file, JsonNode asked) {
    List<String> differences = OriginDifferences.of(CorpusFiles.readTree(file), asked);
    if (!differences.isEmpty()) {
      throw new BadInputException(
          file.getParent()
              + " holds an unfinished search with "
              + String.join(", ", differences)
              + ": expected the same again to go on with it, or that the folder is deleted");
    }
  }

  /** Settings of the unfinished search in a folder; empty where there is none. */
  static Map<String, Object> settings(Path folder) {
    Path file = folder.resolve(ORIGIN);
    return Files.exists(file)
        ? CorpusFiles.origin(file, CorpusFiles.readTree(file)).settings()
        : Map.of();
  }

  /** What was kept last; empty before the first time. */
  Optional<Kept> kept() throws IOException {
    Path file = folder.resolve(STATE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = InputFile.bytes("state of a search", file, LARGEST_STATE);
    if (bytes.length < Long.BYTES) {
      throw new BadInputException(
          "state of a search " + file + " is cut off, expected at least " + Long.BYTES + " bytes");
    }
    return Optional.of(
        new Kept(
            ByteBuffer.wrap(bytes).getLong(), Arrays.copyOfRange(bytes, Long.BYTES, bytes.length)));
  }

  /** Keeps this in the place of what was kept before, in one step. */
  void keep(Kept kept) {
    WholeFile.write(
        folder.resolve(STATE),
        out -> {
          out.write(ByteBuffer.allocate(Long.BYTES).putLong(kept.rows()).array());
          out.write(kept.state());
        });
  }

  /**
   * Deletes what it keeps.
   *
   * @param moved where the folder is now
   */
  void delete(Path moved) throws IOException {
    for (String name : List.of(STATE, ORIGIN, LOCK)) {
      Files.deleteIfExists(moved.resolve(name));
    }
  }

  /** Lets others take the folder. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
