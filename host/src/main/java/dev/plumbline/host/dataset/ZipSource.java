package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Pictures in a zip file. Where all lies in one extra folder at the top, that folder is left out.
 * Names are UTF-8, else of code page 437, the format's own; {@code \} separates folders as {@code
 * /} does.
 */
final class ZipSource implements PictureSource, AutoCloseable {
  // An entry may claim or unfold to any size, and all entries may be the same bytes of the file.
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_RATIO = 1000;
  private static final int MAX_ENTRIES = 2_000_000;
  private static final Charset DOS = Charset.forName("IBM437");

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> pictures = new HashMap<>();
  private final Set<String> folders = new TreeSet<>();
  private final Map<String, Integer> leftOut = new TreeMap<>();
  private int files;

  /**
   * @throws BadInputException if it is no zip file, or one that unfolds to too much
   */
  ZipSource(Path file) {
    this.file = file;
    zip = open(file);
    try {
      list();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static ZipFile open(Path file) {
    RegularFile.require(file);
    try {
      return new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (ZipException e) {
      try {
        return new ZipFile(file.toFile(), DOS);
      } catch (IOException again) {
        throw new BadInputException(
            file + " cannot be read as a zip file: " + IoReason.of(again), again);
      }
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read as a zip file: " + IoReason.of(e), e);
    }
  }

  private void list() {
    Map<String, ZipEntry> entries = new TreeMap<>();
    Set<String> paths = new TreeSet<>();
    long bytes = 0;
    if (zip.size() > MAX_ENTRIES) {
      throw new BadInputException(
          file + " has " + zip.size() + " entries: expected at most " + MAX_ENTRIES);
    }
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName().replace('\\', '/');
      boolean folder = name.endsWith("/");
      List<String> parts = parts(name);
      if (parts.isEmpty() || parts.stream().anyMatch(PictureSource::isIgnored)) {
        continue;
      }
      int parents = folder ? parts.size() : parts.size() - 1;
      for (int depth = 1; depth <= parents; depth++) {
        paths.add(String.join("/", parts.subList(0, depth)));
      }
      if (folder) {
        continue;
      }
      files++;
      String fileName = parts.get(parts.size() - 1);
      if (!PictureFormat.isName(fileName)) {
        leftOut.merge(LeftOut.kind(fileName), 1, Integer::sum);
      } else if (entries.put(String.join("/", parts), entry) != null) {
        throw new BadInputException(
            file + " holds " + entry.getName() + " twice: expected each picture once");
      }
      bytes += Math.max(0, entry.getSize());
    }
    refuseBomb(bytes);
    String extra = extraFolder(entries.keySet(), paths);
    entries.forEach((path, entry) -> pictures.put(path.substring(extra.length()), entry));
    for (String path : paths) {
      if (path.length() > extra.length()) {
        folders.add(path.substring(extra.length()));
      }
    }
  }

  /** The folders and the file of a name, without {@code .} and empty ones. */
  private List<String> parts(String name) {
    List<String> parts = new ArrayList<>(Arrays.asList(name.split("/")));
    if (parts.contains("..") || name.startsWith("/") || name.matches("[A-Za-z]:.*")) {
      throw new BadInputException(
          file + " holds '" + name + "', which lies outside: expected paths inside the zip file");
    }
    parts.removeIf(part -> part.isEmpty() || part.equals("."));
    return parts;
  }

  private void refuseBomb(long bytes) {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
    if (bytes / MAX_RATIO > size) {
      throw new BadInputException(
          file
              + " unpacks from "
              + size
              + " to "
              + bytes
              + " bytes: expected at most "
              + MAX_RATIO
              + " times its size");
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
  public LeftOut leftOut() {
    return new LeftOut(files, leftOut, 0);
  }

  @Override
  public byte[] read(String path) {
    ZipEntry entry = pictures.get(path);
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new BadInputException(
            file + " holds in " + path + " more than the " + MAX_BYTES + " bytes a picture may be");
      }
      if (content.length != entry.getSize()) {
        throw new BadInputException(
            file
                + " is a damaged zip file: "
                + path
                + " in it has "
                + content.length
                + " bytes, expected "
                + entry.getSize());
      }
      return content;
    } catch (IOException e) {
      throw new BadInputException(
          file
              + " is a damaged zip file: "
              + path
              + " in it cannot be read ("
              + IoReason.of(e)
              + ")",
          e);
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
