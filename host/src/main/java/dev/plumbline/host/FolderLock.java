package dev.plumbline.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Keeps two programs, and two parts of one, from writing to a folder at the same time. A file in
 * the folder carries it and says who holds it; it is deleted at the end. The system ends the lock
 * with the process, however that ends, so that a file which a killed process left locks nobody out.
 */
public final class FolderLock {
  private static final String NAME = ".plumbline-lock";

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int LONGEST_HOLDER = 200;

  /** Held by this process. Its lock would end with any other opening of the file that is closed. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Does work that writes to a folder, which is made if it is not there, and lets nobody else write
   * to it meanwhile.
   *
   * @param patience how long to wait for whoever writes to it
   * @throws BadInputException if somebody else writes to it for longer
   * @throws java.io.UncheckedIOException if the folder cannot be written
   */
  public static <T> T holding(Path folder, Duration patience, Supplier<T> work) {
    FolderLock lock = await(folder, patience);
    try {
      return work.get();
    } finally {
      lock.close();
    }
  }

  private static FolderLock await(Path folder, Duration patience) {
    long began = System.nanoTime();
    try {
      Files.createDirectories(folder);
      Path file = folder.toRealPath().resolve(NAME);
      while (true) {
        Optional<FolderLock> lock = tried(file);
        if (lock.isPresent()) {
          return lock.get();
        }
        if (System.nanoTime() - began >= patience.toNanos()) {
          throw new BadInputException(
              "folder "
                  + folder
                  + " is being written by "
                  + holder(file)
                  + "; expected one program at a time");
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (FileAlreadyExistsException e) {
      throw new BadInputException(
          "cannot write to folder "
              + folder
              + ": "
              + e.getFile()
              + " is a file, expected a folder or nothing there",
          e);
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot write to folder " + folder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInputException("interrupted while another program wrote to " + folder, e);
    }
  }

  private static Optional<FolderLock> tried(Path file) throws IOException {
    if (!OWN.add(file)) {
      return Optional.empty();
    }
    Optional<FileChannel> locked = Optional.empty();
    try {
      locked = locked(file);
      return locked.map(channel -> new FolderLock(file, channel));
    } finally {
      if (locked.isEmpty()) {
        OWN.remove(file);
      }
    }
  }

  /** Empty if another process has it, or has just had it and deleted the file. */
  private static Optional<FileChannel> locked(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // Another process has it, or left it.
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      Object before = key(file);
      channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      if (before.equals(key(file)) && channel.tryLock() != null && before.equals(key(file))) {
        taken = true;
        say(channel);
        return Optional.of(channel);
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } finally {
      if (channel != null && !taken) {
        channel.close();
      }
    }
  }

  /** The same as long as the name stands for the same file. */
  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static void say(FileChannel channel) {
    String who =
        "process "
            + ProcessHandle.current().pid()
            + ", since "
            + Instant.now().truncatedTo(ChronoUnit.SECONDS);
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(who.getBytes(StandardCharsets.UTF_8)), 0);
    } catch (IOException e) {
      // A full disk keeps others from reading who it is, and the lock holds all the same.
      return;
    }
  }

  private static String holder(Path file) throws IOException {
    if (OWN.contains(file)) {
      return "this program already";
    }
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_HOLDER) {
      return "another program";
    }
    String who = Files.readString(file);
    return who.startsWith("process ") ? "another program (" + who + ")" : "another program";
  }

  private void close() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot delete " + file, e);
    } finally {
      OWN.remove(file);
    }
  }
}
