package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of the labels of data: they are the numbers of a model's classes in the end.
 *
 * @param unlabelled whether the data has none, whatever its folders are called
 * @param classes the model's classes, or null where the data's own are the model's
 * @param map from a label's name in the data to a class; null for by name or in order
 * @param offset that is added to labels that are numbers
 */
public record LabelRules(boolean unlabelled, ClassList classes, LabelMap map, int offset) {
  /** The data's own labels, in their order. */
  public static LabelRules own() {
    return new LabelRules(false, null, null, 0);
  }

  /**
   * What options or a job say.
   *
   * @param classes a file that {@link ClassList#read} reads, or null
   * @param map a file that {@link LabelMap#read} reads, or null
   * @throws BadInputException if a file cannot be read, or these do not go together
   */
  public static LabelRules read(boolean unlabelled, Path classes, Path map, int offset) {
    if (unlabelled && (map != null || offset != 0)) {
      throw new BadInputException(
          "a label map or offset goes with labels, found data without: expected either"
              + " 'unlabelled' or these");
    }
    return new LabelRules(
        unlabelled,
        classes == null ? null : ClassList.read(classes),
        map == null ? null : LabelMap.read(map),
        offset);
  }

  /** Whether labels and names stay as they are. */
  boolean isOwn() {
    return !unlabelled && classes == null && map == null && offset == 0;
  }

  /**
   * @param names of the labels of the data, in order
   * @param data what to call it in messages
   * @return the class of each label
   * @throws BadInputException if a label has no class
   */
  int[] classesOf(List<String> names, String data) {
    int[] numbers = new int[names.size()];
    for (int label = 0; label < numbers.length; label++) {
      numbers[label] = classOf(label, names.get(label), data);
    }
    return numbers;
  }

  /**
   * Names of the classes by their number.
   *
   * @param names of the labels of the data, in order
   * @param numbers the class of each of them
   */
  List<String> classNames(List<String> names, int[] numbers) {
    if (classes != null) {
      return classes.names();
    }
    if (isOwn()) {
      return names;
    }
    Map<Integer, String> known = new TreeMap<>();
    for (int label = 0; label < numbers.length; label++) {
      known.putIfAbsent(numbers[label], names.get(label));
    }
    int size = known.isEmpty() ? 0 : ((TreeMap<Integer, String>) known).lastKey() + 1;
    List<String> all = new ArrayList<>();
    for (int number = 0; number < size; number++) {
      all.add(known.getOrDefault(number, "class " + number));
    }
    return all;
  }

  private int classOf(int label, String name, String data) {
    int number;
    if (map != null) {
      number = map.classOf(name, classes, data);
    } else if (classes != null && classes.number(name) >= 0) {
      number = classes.number(name);
    } else if (classes != null && !isNumber(name)) {
      throw new BadInputException(
          data
              + " has the label '"
              + name
              + "', which is none of the "
              + classes.names().size()
              + " classes of "
              + classes.file()
              + ": expected a name or a synset of its lines, or a label map");
    } else {
      number = (classes == null ? label : Integer.parseInt(name)) + offset;
    }
    if (number < 0 || classes != null && number >= classes.names().size()) {
      throw new BadInputException(
          data
              + " has the label '"
              + name
              + "', which is class "
              + number
              + (classes == null
                  ? ": expected 0 or more"
                  : ": " + classes.file() + " has 0 to " + (classes.names().size() - 1)));
    }
    return number;
  }

  private static boolean isNumber(String name) {
    return name.matches("\\d{1,9}");
  }
}
