package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The names of the classes where a file beside the data may give them, one a line, by label. */
final class ClassNames {
  private static final int DIGITS = 10;
  private static final int MOST = 256; // a label is one byte in the formats that need this

  private ClassNames() {}

  /**
   * @return the lines of the file, or "0" to "9" where there is none
   * @throws BadInputException if the file holds no name, or more than labels there can be
   */
  static List<String> readOrDigits(Path file) {
    if (!Files.exists(file)) {
      return IntStream.range(0, DIGITS).mapToObj(String::valueOf).toList();
    }
    List<String> names;
    try {
      names = Files.readAllLines(file).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new BadInputException(
          file + " cannot be read as UTF-8 text with a class name on each line: " + IoReason.of(e),
          e);
    }
    // Files that a hand wrote end in empty lines now and then.
    int last = names.size();
    while (last > 0 && names.get(last - 1).isEmpty()) {
      last--;
    }
    names = names.subList(0, last);
    if (names.isEmpty() || names.size() > MOST || names.contains("")) {
      throw new BadInputException(
          file
              + " holds "
              + names.stream().filter(name -> !name.isEmpty()).count()
              + " class names on "
              + names.size()
              + " lines: expected one name on each of 1 to "
              + MOST
              + " lines");
    }
    return names;
  }
}
