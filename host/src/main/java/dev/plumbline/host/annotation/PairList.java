package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Partners;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pairs of pictures from CSV with a first line and the columns picture, other picture, and 1 where
 * both show the same, else 0.
 */
final class PairList {
  private static final int COLUMNS = 3;

  /** Stands for the number of a picture that a range leaves out. */
  private static final int LEFT_OUT = -1;

  private PairList() {}

  /**
   * The pairs by their first picture; a picture may be in none. Pairs with a picture that a range
   * leaves out do not count.
   *
   * @throws BadInputException if the file cannot be read, has a pair twice, or names a picture that
   *     the data lack
   */
  static List<Decision> read(Path file, Dataset data) {
    Map<String, Integer> numbers = new HashMap<>();
    List<Map<Integer, Boolean>> same = new ArrayList<>();
    data.namesOfWhole().forEach(name -> numbers.put(name, LEFT_OUT));
    for (int i = 0; i < data.size(); i++) {
      numbers.put(data.name(i), i);
      same.add(new HashMap<>());
    }
    List<String[]> lines = AnnotationTable.lines(file);
    if (lines.isEmpty() || lines.get(0).length != COLUMNS || isPair(lines.get(0), numbers)) {
      throw AnnotationTable.header(file, lines, "picture,other,same");
    }
    for (String[] line : lines.subList(1, lines.size())) {
      AnnotationTable.requireColumns(file, line, COLUMNS);
      int one = number(file, line[0].strip(), numbers);
      int other = number(file, line[1].strip(), numbers);
      if (line[0].strip().equals(line[1].strip())) {
        throw new BadInputException(
            file + " pairs the picture " + line[0].strip() + " with itself, expected two pictures");
      }
      if (one == LEFT_OUT || other == LEFT_OUT) {
        continue;
      }
      boolean known = same.get(other).containsKey(one);
      if (known || same.get(one).put(other, isSame(file, line)) != null) {
        throw new BadInputException(
            file
                + " has the pair "
                + line[0].strip()
                + " and "
                + line[1].strip()
                + " twice, expected it once");
      }
    }
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      decisions.add(new Partners(i, same.get(i)));
    }
    return decisions;
  }

  private static boolean isPair(String[] line, Map<String, Integer> numbers) {
    return numbers.containsKey(line[0].strip()) && numbers.containsKey(line[1].strip());
  }

  private static int number(Path file, String name, Map<String, Integer> numbers) {
    Integer number = numbers.get(name);
    if (number == null) {
      throw new BadInputException(
          file
              + " names the picture "
              + name
              + ", which the data lacks, expected pairs of its "
              + numbers.size()
              + " pictures only"
              + NearestWord.hint(name, numbers.keySet()));
    }
    return number;
  }

  private static boolean isSame(Path file, String[] line) {
    return switch (line[2].strip().toLowerCase(Locale.ROOT)) {
      case "1", "true", "same", "yes" -> true;
      case "0", "false", "different", "no" -> false;
      default ->
          throw new BadInputException(
              file
                  + " says '"
                  + line[2].strip()
                  + "' of the pair "
                  + line[0].strip()
                  + " and "
                  + line[1].strip()
                  + ", expected 1 where both show the same, else 0");
    };
  }
}
