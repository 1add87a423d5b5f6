package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A tree of {@code [split/]class/…/picture}: the folders at the top are the classes, with all that
 * lies below them. The classes in alphabetical order (of their UTF-16 code units) are labels 0, 1,
 * …; those of all splits count, so that a class has the same label in each of them. Pictures are
 * ordered by file name, then class, so that a range covers all classes; where both splits are read,
 * train comes first.
 */
final class ClassFolders {
  // Data sets call what is not learned from by several names.
  private static final Map<Split, List<String>> SPLIT_FOLDERS =
      Map.of(
          Split.TRAIN, List.of("train"), Split.TEST, List.of("test", "val", "valid", "validation"));

  private ClassFolders() {}

  static boolean isSplitName(String folder) {
    return SPLIT_FOLDERS.values().stream()
        .anyMatch(names -> names.contains(folder.toLowerCase(Locale.ROOT)));
  }

  /**
   * @param split which one, or null for all there is
   * @throws BadInputException if the tree is laid out in another way
   */
  static Listing in(PictureSource source, Split split) {
    Map<Split, String> splits = splits(source);
    if (split != null && !splits.containsKey(split)) {
      throw new BadInputException(
          source.name()
              + " has no split '"
              + split
              + "': expected a folder '"
              + split
              + "' in it that holds class folders");
    }
    List<String> roots = splits.isEmpty() ? List.of("") : List.copyOf(splits.values());
    List<String> classes = classes(source, roots);
    List<String> read = split == null ? roots : List.of(splits.get(split));
    List<Listing.Item> items = new ArrayList<>();
    for (String root : read) {
      items.addAll(items(source, root, classes));
    }
    if (items.isEmpty()) {
      throw new BadInputException(source.name() + " holds no picture in its split '" + split + "'");
    }
    int ofSplits =
        (int)
            source.pictures().stream()
                .filter(path -> read.stream().anyMatch(path::startsWith))
                .count();
    LeftOut leftOut = source.leftOut().with(LeftOut.OUTSIDE, ofSplits - items.size());
    return new Listing(classes, items, leftOut);
  }

  /** All pictures in the order of their paths, without labels. */
  static Listing unlabelled(PictureSource source, Split split) {
    Map<Split, String> splits = splits(source);
    if (split != null && !splits.containsKey(split)) {
      throw new BadInputException(source.name() + " has no split '" + split + "'");
    }
    String root = split == null ? "" : splits.get(split);
    List<Listing.Item> items =
        source.pictures().stream()
            .filter(path -> path.startsWith(root))
            .sorted()
            .map(path -> new Listing.Item(path, Listing.NO_LABEL))
            .toList();
    if (items.isEmpty()) {
      throw new BadInputException(
          source.name() + " holds no picture: expected " + PictureFormat.NAMES + " files in it");
    }
    return new Listing(List.of(), items, source.leftOut());
  }

  /** What the folder of a split may be called, the likeliest first. */
  static List<String> folderNames(Split split) {
    return SPLIT_FOLDERS.get(split);
  }

  /** Folders at the top that are called as a split, in small letters or not, likeliest first. */
  static List<String> folders(PictureSource source, Split split) {
    return SPLIT_FOLDERS.get(split).stream()
        .flatMap(name -> source.folders().stream().filter(name::equalsIgnoreCase))
        .toList();
  }

  /** Folders of splits that are there, with their {@code /}, train first. */
  private static Map<Split, String> splits(PictureSource source) {
    Map<Split, String> found = new TreeMap<>();
    for (Split split : Split.values()) {
      folders(source, split).stream()
          .filter(folder -> isSplit(source, folder))
          .findFirst()
          .ifPresent(folder -> found.put(split, folder + "/"));
    }
    return found;
  }

  /** A folder named like a split is one if it holds folders and no picture; else it is a class. */
  private static boolean isSplit(PictureSource source, String folder) {
    String prefix = folder + "/";
    return source.folders().stream().anyMatch(each -> each.startsWith(prefix))
        && source.pictures().stream().noneMatch(path -> parent(path).equals(folder));
  }

  private static List<String> classes(PictureSource source, List<String> roots) {
    Map<String, Boolean> holdsPictures = new TreeMap<>();
    for (String root : roots) {
      Set<String> withPictures = new TreeSet<>();
      source.pictures().stream()
          .filter(path -> path.startsWith(root))
          .forEach(path -> withPictures.add(top(path, root)));
      for (String folder : source.folders()) {
        if (folder.startsWith(root) && folder.indexOf('/', root.length()) < 0) {
          String name = folder.substring(root.length());
          holdsPictures.merge(name, withPictures.contains(name), Boolean::logicalOr);
        }
      }
    }
    if (!holdsPictures.containsValue(true)) {
      throw new BadInputException(
          source.name()
              + " "
              + found(source)
              + ": expected folders CLASS/*.png, *.jpg or the like in it");
    }
    holdsPictures.forEach(
        (name, some) -> {
          if (!some) {
            // Leaving it out or counting it in would both shift labels without a word.
            throw new BadInputException(
                source.name()
                    + " holds a folder '"
                    + name
                    + "' with no picture in it: expected every folder to be a class with pictures");
          }
        });
    return List.copyOf(holdsPictures.keySet());
  }

  private static String found(PictureSource source) {
    return source.pictures().isEmpty()
        ? "holds no picture (" + PictureFormat.NAMES + ")"
        : "holds "
            + source.pictures().size()
            + " pictures but no class folders (--unlabelled reads them without labels)";
  }

  private static List<Listing.Item> items(PictureSource source, String root, List<String> classes) {
    Map<String, Integer> labels = new TreeMap<>();
    for (int label = 0; label < classes.size(); label++) {
      labels.put(classes.get(label), label);
    }
    List<Listing.Item> items = new ArrayList<>();
    for (String path : source.pictures()) {
      Integer label = path.startsWith(root) ? labels.get(top(path, root)) : null;
      if (label != null) {
        items.add(new Listing.Item(path, label));
      }
    }
    items.sort(
        Comparator.comparing(Listing.Item::fileName)
            .thenComparingInt(Listing.Item::label)
            .thenComparing(Listing.Item::path));
    return items;
  }

  /** The folder below a root that a path begins with, or "" of a file directly in the root. */
  private static String top(String path, String root) {
    int end = path.indexOf('/', root.length());
    return end < 0 ? "" : path.substring(root.length(), end);
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
