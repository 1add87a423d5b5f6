package dev.plumbline.host.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What lies beside the pictures that were read: it stands beside every figure, so that nobody takes
 * a figure of a part for one of the whole.
 *
 * @param files how many there are, the pictures among them; hidden files do not count
 * @param kinds how many were left out, by why: the ending of their name, or a few words
 * @param broken how many pictures could not be decoded
 */
public record LeftOut(int files, Map<String, Integer> kinds, int broken) {
  static final String NOT_REGULAR = "no regular file";
  static final String LINK = "link out of the folder";
  static final String TOO_DEEP = "too deep";
  static final String OUTSIDE = "in no class folder";
  static final String UNLISTED = "not in the list";

  public LeftOut {
    kinds = kinds == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(kinds));
  }

  public static LeftOut nothing() {
    return new LeftOut(0, Map.of(), 0);
  }

  /** What a file's name says that it is, where it is no picture. */
  static String kind(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 1 ? "without ending" : fileName.substring(dot).toLowerCase(Locale.ROOT);
  }

  LeftOut with(String kind, int count) {
    if (count == 0) {
      return this;
    }
    Map<String, Integer> more = new TreeMap<>(kinds);
    more.merge(kind, count, Integer::sum);
    return new LeftOut(files, more, broken);
  }

  /** A file that describes the pictures was read, and is not left out. */
  LeftOut withoutOne(String kind) {
    Map<String, Integer> fewer = new TreeMap<>(kinds);
    fewer.computeIfPresent(kind, (same, count) -> count > 1 ? count - 1 : null);
    return new LeftOut(files - 1, fewer, broken);
  }

  LeftOut withBroken(int count) {
    return new LeftOut(files, kinds, broken + count);
  }

  /** Files that were left out and are no broken pictures. */
  public int count() {
    return kinds.values().stream().mapToInt(Integer::intValue).sum();
  }

  @JsonIgnore
  public boolean isNothing() {
    return count() + broken == 0;
  }

  /** For people, such as {@code "12 of 26 files were left out: .txt 11, broken 1"}. */
  @Override
  public String toString() {
    Map<String, Integer> all = new TreeMap<>(kinds);
    if (broken > 0) {
      all.put("broken pictures", broken);
    }
    return (count() + broken)
        + " of "
        + files
        + " files were left out: "
        + all.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }
}
