package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Pictures in a folder of the file system, however deep up to a bound. Only regular files are read,
 * and links are followed only to what lies in the folder too.
 */
final class FolderSource implements PictureSource {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_FILES = 10_000_000;

  private final Path top;
  private final Path realTop;
  private final Predicate<String> wanted;
  private final Set<String> pictures = new TreeSet<>();
  private final Set<String> folders = new TreeSet<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();
  private int files;

  FolderSource(Path top) {
    this(top, PictureFormat::isName);
  }

  /**
   * @param wanted which files are taken for pictures, by their names
   */
  FolderSource(Path top, Predicate<String> wanted) {
    this.top = top;
    this.wanted = wanted;
    try {
      realTop = top.toRealPath();
      walk(top, "", 1);
    } catch (IOException e) {
      throw new BadInputException(
          top + " cannot be read as a folder of pictures: " + IoReason.of(e), e);
    }
  }

  private void walk(Path folder, String prefix, int depth) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path path : (Iterable<Path>) inside::iterator) {
        String fileName = path.getFileName().toString();
        if (PictureSource.isIgnored(fileName)) {
          continue;
        }
        boolean link = Files.isSymbolicLink(path);
        if (link && !staysInside(path)) {
          leaveOut(LeftOut.LINK);
        } else if (Files.isDirectory(path)) {
          if (link || depth >= MAX_DEPTH) {
            // A link to a folder within the folder would show its pictures twice, or without end.
            leaveOut(link ? LeftOut.LINK : LeftOut.TOO_DEEP);
          } else {
            folders.add(prefix + fileName);
            walk(path, prefix + fileName + "/", depth + 1);
          }
        } else if (!Files.isRegularFile(path)) {
          leaveOut(LeftOut.NOT_REGULAR);
        } else if (wanted.test(fileName)) {
          count();
          pictures.add(prefix + fileName);
        } else {
          leaveOut(LeftOut.kind(fileName));
        }
      }
    }
  }

  private boolean staysInside(Path link) {
    try {
      return link.toRealPath().startsWith(realTop);
    } catch (IOException e) {
      // It leads nowhere.
      return false;
    }
  }

  private void leaveOut(String kind) {
    count();
    leftOut.merge(kind, 1, Integer::sum);
  }

  private void count() {
    if (++files > MAX_FILES) {
      throw new BadInputException(
          top + " holds more than the " + MAX_FILES + " files that data may have");
    }
  }

  @Override
  public String name() {
    return top.toString();
  }

  @Override
  public Set<String> pictures() {
    return pictures;
  }

  @Override
  public Set<String> folders() {
    return folders;
  }

  @Override
  public LeftOut leftOut() {
    return new LeftOut(files, leftOut, 0);
  }

  @Override
  public byte[] read(String path) {
    return RegularFile.read(top.resolve(path), DecodeBounds.MAX_FILE);
  }
}
