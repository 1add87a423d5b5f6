package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.LabelSet;
import dev.plumbline.host.task.MultiLabel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Labels of pictures from CSV with the columns {@code picture} and {@code labels}: numbers or names
 * of classes with semicolons between them, or nothing.
 */
final class LabelSets {
  private static final String COLUMN = "labels";

  private LabelSets() {}

  /**
   * @throws BadInputException if the file cannot be read, names other pictures than the data has,
   *     or a class that the model does not know
   */
  static List<Decision> read(Path file, MultiLabel task, Dataset data) {
    List<Decision> decisions = new ArrayList<>();
    List<String> cells = AnnotationTable.read(file, COLUMN, data);
    for (int i = 0; i < data.size(); i++) {
      Set<Integer> numbers = new TreeSet<>();
      for (String word : cells.get(i).split(";")) {
        if (!word.isBlank()) {
          numbers.add(number(word.strip(), task.classes(), data, file, i));
        }
      }
      decisions.add(LabelSet.known(numbers));
    }
    return decisions;
  }

  private static int number(String word, int classes, Dataset data, Path file, int picture) {
    List<String> names = data.classNames();
    int named = names.indexOf(word);
    if (named < 0 && word.matches("\\d{1,9}")) {
      named = Integer.parseInt(word);
    }
    if (named < 0 || named >= classes) {
      throw new BadInputException(
          file
              + " gives the picture "
              + data.name(picture)
              + " the label '"
              + word
              + "', expected 0 to "
              + (classes - 1)
              + (names.isEmpty()
                  ? ", or --classes FILE that names the classes"
                  : " or a class of the data")
              + NearestWord.hint(word, names));
    }
    return named;
  }
}
