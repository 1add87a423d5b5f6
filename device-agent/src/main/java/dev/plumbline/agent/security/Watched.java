package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What some files say, read again when they change. Each question looks at the files' times, sizes
 * and inodes, so that what is taken away is refused from the next call on, with no thread that
 * watches.
 *
 * @param <T> what they say
 */
public final class Watched<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private final List<Path> files;
  private final Reader<T> reader;
  private List<Stamp> stamps;
  private T current;

  /** Reads the files. */
  @FunctionalInterface
  public interface Reader<T> {
    T read() throws UnusableFileException;
  }

  private record Stamp(FileTime modified, long size, Object inode) {
    static Stamp of(Path file) {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
      } catch (IOException e) {
        return new Stamp(FileTime.fromMillis(0), -1, e.getClass());
      }
    }
  }

  /**
   * Reads the files.
   *
   * @throws UnusableFileException if the files cannot be used to begin with
   */
  public Watched(List<Path> files, Reader<T> reader) throws UnusableFileException {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.stamps = stamps();
    this.current = reader.read();
  }

  private List<Stamp> stamps() {
    return files.stream().map(Stamp::of).toList();
  }

  /**
   * What the files say now. Where they cannot be used, which a person is told in the log, what they
   * said last: half a rotation must neither open the agent nor shut everybody out.
   */
  public synchronized T current() {
    // Before reading: a file that changes while it is read is read once more.
    List<Stamp> now = stamps();
    if (!now.equals(stamps)) {
      stamps = now;
      try {
        current = reader.read();
        LOG.info("read {} again", files);
      } catch (UnusableFileException e) {
        LOG.warn("{}; what was read before stays in force", e.getMessage());
      }
    }
    return current;
  }
}
