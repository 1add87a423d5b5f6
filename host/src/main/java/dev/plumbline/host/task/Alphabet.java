package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.TextFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The characters that a sequence model tells apart.
 *
 * @param characters by number of class, the blank left out: one for each other class, mostly one
 *     code point
 */
public record Alphabet(List<String> characters) {
  private static final int MAX_BYTES = 4 << 20;

  public Alphabet {
    characters = List.copyOf(characters);
  }

  /**
   * Reads a file with a character on each line, UTF-8.
   *
   * @param classes of the model, the blank among them
   * @throws BadInputException if it cannot be read, or has another number of lines than the model
   *     needs
   */
  static Alphabet read(Path file, int classes, int blank) {
    List<String> lines = lines(TextFile.read(file, MAX_BYTES).text());
    return fitting(lines, classes, blank)
        .orElseThrow(() -> unfit("alphabet " + file, lines.size(), classes));
  }

  /**
   * As {@link #read}, of a text in a model.
   *
   * @param where it stands, for the message
   */
  static Alphabet ofText(String text, String where, int classes, int blank) {
    List<String> lines = lines(text);
    return fitting(lines, classes, blank).orElseThrow(() -> unfit(where, lines.size(), classes));
  }

  /** Whether a text has as many lines as the alphabet of a model with so many classes. */
  static boolean fits(String text, int classes) {
    return fitting(lines(text), classes, 0).isPresent();
  }

  private static BadInputException unfit(String where, int lines, int classes) {
    return new BadInputException(
        where
            + " has "
            + lines
            + " lines and the model "
            + classes
            + " classes, expected a character on each line and "
            + (classes - 1)
            + " lines, one for each class but the blank; "
            + classes
            + " with the blank among them; or "
            + (classes - 2)
            + " where a space follows the last");
  }

  /** A line may be a blank itself, so nothing is stripped. */
  private static List<String> lines(String text) {
    return text.lines().toList();
  }

  /**
   * PaddleOCR's dictionaries leave out the blank, and the space that stands last among the classes.
   */
  private static Optional<Alphabet> fitting(List<String> lines, int classes, int blank) {
    List<String> characters = new ArrayList<>(lines);
    if (lines.size() == classes) {
      characters.remove(blank);
    } else if (lines.size() == classes - 2) {
      characters.add(" ");
    } else if (lines.size() != classes - 1) {
      return Optional.empty();
    }
    return Optional.of(new Alphabet(characters));
  }

  /** The text of a string of classes. */
  String text(List<Integer> classes, int blank) {
    return classes.stream()
        .map(c -> characters.get(c < blank ? c : c - 1))
        .collect(Collectors.joining());
  }

  /** The classes of a text, a code point after the other; a longer character before a shorter. */
  List<Integer> classes(String text, int blank) {
    Map<String, Integer> numbers = new HashMap<>();
    int longest = 1;
    for (int i = 0; i < characters.size(); i++) {
      numbers.putIfAbsent(characters.get(i), i < blank ? i : i + 1);
      longest = Math.max(longest, characters.get(i).length());
    }
    List<Integer> classes = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + Math.max(2, longest));
      while (end > at && !numbers.containsKey(text.substring(at, end))) {
        end--;
      }
      classes.add(end > at ? numbers.get(text.substring(at, end)) : Decoded.UNKNOWN);
      at = end > at ? end : text.offsetByCodePoints(at, 1);
    }
    return classes;
  }
}
