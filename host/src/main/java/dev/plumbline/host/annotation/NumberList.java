package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Floats;
import dev.plumbline.host.task.Numbers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a regression should say of pictures, from CSV with the column {@code picture} and one for
 * each number.
 */
final class NumberList {
  private NumberList() {}

  /**
   * @throws BadInputException if the file cannot be read, lacks a number, or names other pictures
   *     than the data has
   */
  static List<Decision> read(Path file, Dataset data) {
    List<float[]> rows = AnnotationTable.numbers(file, data);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      for (float number : rows.get(i)) {
        if (Float.isNaN(number)) {
          throw new BadInputException(
              file
                  + " has an empty cell for the picture "
                  + data.name(i)
                  + ", expected a number in each column");
        }
      }
      decisions.add(new Numbers(Floats.of(rows.get(i))));
    }
    return decisions;
  }
}
