package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What lies in a tree of {@code [split/]class/*.png|jpg|jpeg}. The classes in alphabetical order
 * (of their UTF-16 code units) are labels 0, 1, …; those of all splits count, so that a class has
 * the same label in each of them. Pictures are ordered by file name, then class, so that a range
 * covers all classes; where both splits are read, train comes first.
 *
 * @param classNames by label
 * @param pictures in order, at least one
 */
record ClassFolders(List<String> classNames, List<Item> pictures) {

  /**
   * One picture.
   *
   * @param path in the tree
   * @param label of its class
   */
  record Item(String path, int label) {
    String fileName() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  static boolean isSplitName(String folder) {
    return folder.equals(Split.TRAIN.toString()) || folder.equals(Split.TEST.toString());
  }

  /**
   * @param split which one, or null for all there is
   * @throws BadInputException if the tree is laid out in another way
   */
  static ClassFolders in(PictureSource source, Split split) {
    List<String> splits = new ArrayList<>();
    for (Split each : Split.values()) {
      if (isSplit(source, each)) {
        splits.add(each + "/");
      }
    }
    if (split != null && !splits.contains(split + "/")) {
      throw new BadInputException(
          source.name()
              + " has no split '"
              + split
              + "': expected a folder '"
              + split
              + "' in it that holds class folders");
    }
    List<String> roots = splits.isEmpty() ? List.of("") : splits;
    List<String> classes = classes(source, roots);
    List<String> read = split == null ? roots : List.of(split + "/");
    List<Item> items = new ArrayList<>();
    for (String root : read) {
      items.addAll(items(source, root, classes));
    }
    if (items.isEmpty()) {
      throw new BadInputException(
          source.name() + " holds no PNG or JPEG file in its split '" + split + "'");
    }
    return new ClassFolders(classes, List.copyOf(items));
  }

  /** A folder named like a split is one if it holds folders and no picture; else it is a class. */
  private static boolean isSplit(PictureSource source, Split split) {
    String prefix = split + "/";
    return source.folders().stream().anyMatch(folder -> folder.startsWith(prefix))
        && source.pictures().stream().noneMatch(path -> parent(path).equals(split.toString()));
  }

  private static List<String> classes(PictureSource source, List<String> roots) {
    Map<String, Boolean> holdsPictures = new TreeMap<>();
    Set<String> withPictures = new TreeSet<>();
    source.pictures().forEach(path -> withPictures.add(parent(path)));
    for (String root : roots) {
      for (String folder : source.folders()) {
        if (folder.startsWith(root) && folder.indexOf('/', root.length()) < 0) {
          holdsPictures.merge(
              folder.substring(root.length()), withPictures.contains(folder), Boolean::logicalOr);
        }
      }
    }
    if (!holdsPictures.containsValue(true)) {
      throw new BadInputException(
          source.name() + " " + found(source) + ": expected folders CLASS/*.png or *.jpg in it");
    }
    holdsPictures.forEach(
        (name, some) -> {
          if (!some) {
            // Leaving it out or counting it in would both shift labels without a word.
            throw new BadInputException(
                source.name()
                    + " holds a folder '"
                    + name
                    + "' with no PNG or JPEG file directly in it: expected every folder to be a"
                    + " class with pictures");
          }
        });
    return List.copyOf(holdsPictures.keySet());
  }

  private static String found(PictureSource source) {
    if (source.pictures().isEmpty()) {
      return "holds no PNG or JPEG file";
    }
    long top = source.pictures().stream().filter(path -> path.indexOf('/') < 0).count();
    return top > 0
        ? "holds " + top + " pictures but no class folders"
        : "holds its " + source.pictures().size() + " pictures too deep";
  }

  private static List<Item> items(PictureSource source, String root, List<String> classes) {
    Map<String, Integer> labels = new TreeMap<>();
    for (int label = 0; label < classes.size(); label++) {
      labels.put(root + classes.get(label), label);
    }
    List<Item> items = new ArrayList<>();
    for (String path : source.pictures()) {
      Integer label = labels.get(parent(path));
      if (label != null) {
        items.add(new Item(path, label));
      }
    }
    items.sort(Comparator.comparing(Item::fileName).thenComparingInt(Item::label));
    return items;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
