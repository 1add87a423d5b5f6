package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Pictures in a zip file. Where all lies in one extra folder at the top, that folder is left out.
 */
final class ZipSource implements PictureSource, AutoCloseable {
  // An entry may claim or unfold to any size.
  private static final int MAX_BYTES = 64 << 20;

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> pictures;
  private final Set<String> folders;

  /**
   * @throws BadInputException if it is no zip file
   */
  ZipSource(Path file) {
    this.file = file;
    try {
      zip = new ZipFile(file.toFile());
    } catch (IOException e) {
      throw new BadInputException(file + " is not a whole zip file: " + e.getMessage(), e);
    }
    Map<String, ZipEntry> entries = new TreeMap<>();
    Set<String> paths = new TreeSet<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      List<String> parts = List.of(entry.getName().split("/"));
      if (parts.stream().anyMatch(part -> part.isEmpty() || PictureSource.isIgnored(part))) {
        continue;
      }
      int parents = entry.isDirectory() ? parts.size() : parts.size() - 1;
      for (int depth = 1; depth <= parents; depth++) {
        paths.add(String.join("/", parts.subList(0, depth)));
      }
      if (!entry.isDirectory() && PictureFormat.isName(parts.get(parts.size() - 1))) {
        entries.put(entry.getName(), entry);
      }
    }
    String extra = extraFolder(entries.keySet(), paths);
    pictures = new HashMap<>();
    entries.forEach((path, entry) -> pictures.put(path.substring(extra.length()), entry));
    folders = new TreeSet<>();
    for (String path : paths) {
      if (path.length() > extra.length()) {
        folders.add(path.substring(extra.length()));
      }
    }
  }

  /** The one folder at the top that is neither a class nor a split, with its {@code /}, or "". */
  private static String extraFolder(Set<String> pictures, Set<String> folders) {
    List<String> tops = folders.stream().filter(path -> path.indexOf('/') < 0).toList();
    if (tops.size() != 1) {
      return "";
    }
    String top = tops.get(0) + "/";
    boolean split = ClassFolders.isSplitName(tops.get(0));
    boolean holdsPictures = pictures.stream().anyMatch(path -> path.indexOf('/', top.length()) < 0);
    boolean allInside = pictures.stream().allMatch(path -> path.startsWith(top));
    boolean holdsFolders = folders.size() > 1;
    return !split && !holdsPictures && allInside && holdsFolders ? top : "";
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public Set<String> pictures() {
    return pictures.keySet();
  }

  @Override
  public Set<String> folders() {
    return folders;
  }

  @Override
  public byte[] read(String path) {
    try (InputStream in = zip.getInputStream(pictures.get(path))) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new BadInputException(
            file + " holds in " + path + " more than the " + MAX_BYTES + " bytes a picture may be");
      }
      return content;
    } catch (IOException e) {
      throw new BadInputException(
          file + " is a damaged zip file: " + path + " in it cannot be read (" + e + ")", e);
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + file, e);
    }
  }
}
