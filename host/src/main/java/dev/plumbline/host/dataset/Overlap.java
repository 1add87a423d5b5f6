package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pictures that two parts of the data share. What is learned from, searched from and measured on
 * has to be apart, or the figures say more than is true.
 *
 * @param first a part, as the user calls it
 * @param second another part
 * @param pictures different pictures that are in both, at least 1
 * @param examples names of some of them in the second part
 */
public record Overlap(String first, String second, int pictures, List<String> examples) {
  private static final int EXAMPLES = 3;

  public Overlap {
    examples = List.copyOf(examples);
  }

  /**
   * Compares every two parts by the SHA-256 of the pixels, as the models get them.
   *
   * @param parts by name, in the order in which they are told
   * @return one for every two parts that share a picture; a part that is given twice shares all
   */
  public static List<Overlap> between(Map<String, Dataset> parts, Progress progress) {
    Map<String, Map<String, String>> digests = new LinkedHashMap<>();
    long total = parts.values().stream().mapToLong(Dataset::size).sum();
    try (Progress.Step step = progress.begin("comparing pictures", total)) {
      long done = 0;
      for (Map.Entry<String, Dataset> part : parts.entrySet()) {
        digests.put(part.getKey(), digests(part.getValue(), step, done));
        done += part.getValue().size();
      }
    }
    List<Overlap> overlaps = new ArrayList<>();
    List<String> names = List.copyOf(parts.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        Map<String, String> first = digests.get(names.get(i));
        Map<String, String> second = digests.get(names.get(j));
        List<String> shared =
            second.entrySet().stream()
                .filter(picture -> first.containsKey(picture.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (!shared.isEmpty()) {
          overlaps.add(
              new Overlap(
                  names.get(i),
                  names.get(j),
                  shared.size(),
                  shared.subList(0, Math.min(EXAMPLES, shared.size()))));
        }
      }
    }
    return overlaps;
  }

  /** Names by digest, in order. */
  private static Map<String, String> digests(Dataset data, Progress.Step step, long before) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
    Map<String, String> digests = new LinkedHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      byte[] pixels = data.input(i).bytes();
      digests.putIfAbsent(HexFormat.of().formatHex(digest.digest(pixels)), data.name(i));
      step.at(before + i + 1, "");
    }
    return digests;
  }

  /** Whether a part is one of the two. */
  public boolean isWith(String part) {
    return first.equals(part) || second.equals(part);
  }

  /** Whether it is of these two parts, in whatever order. */
  public boolean isOf(String one, String other) {
    return first.equals(one) && second.equals(other) || first.equals(other) && second.equals(one);
  }

  /**
   * What is said where parts have to be apart.
   *
   * @param overlaps at least one
   * @param way how to allow it all the same, such as an option
   */
  public static BadInputException refusal(List<Overlap> overlaps, String way) {
    return new BadInputException(
        overlaps.stream().map(Overlap::toString).collect(Collectors.joining("; "))
            + "; expected parts without a common picture, or "
            + way);
  }

  /** "seeds and heldout share 12 pictures, such as a/1.png". */
  @Override
  public String toString() {
    return "%s and %s share %d %s, such as %s"
        .formatted(
            first,
            second,
            pictures,
            pictures == 1 ? "picture" : "pictures",
            String.join(", ", examples));
  }
}
