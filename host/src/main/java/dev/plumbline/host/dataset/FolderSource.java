package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Pictures in a folder of the file system. */
final class FolderSource implements PictureSource {
  // SPLIT/CLASS/FILE: what lies deeper is never read.
  private static final int DEPTH = 3;

  private final Path top;
  private final Set<String> pictures = new TreeSet<>();
  private final Set<String> folders = new TreeSet<>();

  FolderSource(Path top) {
    this.top = top;
    try {
      walk(top, "", 1);
    } catch (IOException e) {
      throw new BadInputException(top + " cannot be read as a folder of pictures: " + e, e);
    }
  }

  private void walk(Path folder, String prefix, int depth) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      for (Path path : (Iterable<Path>) inside::iterator) {
        String fileName = path.getFileName().toString();
        if (PictureSource.isIgnored(fileName)) {
          continue;
        }
        if (Files.isDirectory(path)) {
          if (depth < DEPTH) {
            folders.add(prefix + fileName);
            walk(path, prefix + fileName + "/", depth + 1);
          }
        } else if (PictureFormat.isName(fileName)) {
          pictures.add(prefix + fileName);
        }
      }
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
  public byte[] read(String path) {
    try {
      return Files.readAllBytes(top.resolve(path));
    } catch (IOException e) {
      throw new BadInputException(top.resolve(path) + " cannot be read: " + e, e);
    }
  }
}
