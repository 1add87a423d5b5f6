package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Labels as a list has them, made numbers: where all are whole numbers they are these, else the
 * names in alphabetical order are 0, 1, …
 *
 * @param names by number
 * @param labels of the pictures, or {@link Listing#NO_LABEL} of each
 */
record NamedLabels(List<String> names, int[] labels) {
  private static final int MOST = 1_000_000;

  /**
   * @param words one for each picture, null where it has none
   * @param rules whether labels are asked for
   * @param data what to call it in messages
   * @throws BadInputException if only some pictures have labels, or none where they are asked for
   */
  static NamedLabels of(List<String> words, LabelRules rules, String data) {
    int[] labels = new int[words.size()];
    if (rules.unlabelled()) {
      Arrays.fill(labels, Listing.NO_LABEL);
      return new NamedLabels(List.of(), labels);
    }
    long without = words.stream().filter(Objects::isNull).count();
    if (without > 0) {
      throw new BadInputException(
          data
              + " has no label for "
              + without
              + " of "
              + words.size()
              + " pictures: expected one for each, or --unlabelled");
    }
    List<String> numbers = words.stream().map(NamedLabels::wholeNumber).toList();
    List<String> names;
    if (numbers.stream().allMatch(word -> word.matches("\\d{1,7}"))) {
      int most = numbers.stream().mapToInt(Integer::parseInt).max().orElse(0);
      if (most >= MOST) {
        throw new BadInputException(
            data + " has the label " + most + ": expected 0 to " + (MOST - 1));
      }
      names = IntStream.rangeClosed(0, most).mapToObj(String::valueOf).toList();
      for (int i = 0; i < labels.length; i++) {
        labels[i] = Integer.parseInt(numbers.get(i));
      }
    } else {
      requireNames(numbers, rules, data);
      names = new ArrayList<>(new TreeSet<>(words));
      for (int i = 0; i < labels.length; i++) {
        labels[i] = Collections.binarySearch(names, words.get(i));
      }
    }
    return new NamedLabels(names, labels);
  }

  /** pandas writes whole numbers as {@code 3.0} where another row of the column has none. */
  private static String wholeNumber(String word) {
    return word.matches("\\d{1,7}\\.0+") ? word.substring(0, word.indexOf('.')) : word;
  }

  /** Numbers that are no class's would become other numbers in alphabetical order. */
  private static void requireNames(List<String> words, LabelRules rules, String data) {
    boolean byName = rules.classes() != null || rules.map() != null;
    if (byName || !words.stream().allMatch(word -> word.matches("[-+]?\\d+(\\.\\d*)?"))) {
      return;
    }
    String odd = words.stream().filter(word -> !word.matches("\\d{1,7}")).findFirst().get();
    throw new BadInputException(
        data
            + " has the label "
            + odd
            + ": expected whole numbers from 0 to "
            + (MOST - 1)
            + ", or --label-map FILE, which says the class of each label");
  }
}
