package dev.plumbline.host.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which class of the model a label of the data is.
 *
 * @param file that says it
 * @param classes number or name of the class by the label's name in the data
 */
public record LabelMap(Path file, Map<String, String> classes) {
  private static final int MAX_BYTES = 16 << 20;

  public LabelMap {
    classes = Map.copyOf(classes);
  }

  /**
   * Reads a JSON object from label to class, or text with {@code label,class} on each line; a tab
   * or a semicolon does as well as a comma. A class is a number, or a name of the class list.
   *
   * @throws BadInputException if it is neither
   */
  public static LabelMap read(Path file) {
    TextFile text = TextFile.read(file, MAX_BYTES);
    Map<String, String> classes = new HashMap<>();
    if (text.looksLikeJson()) {
      for (Map.Entry<String, JsonNode> field : text.json().properties()) {
        classes.put(field.getKey(), field.getValue().asText());
      }
    } else {
      for (String line : text.lines()) {
        int comma =
            Math.max(
                line.lastIndexOf(','), Math.max(line.lastIndexOf('\t'), line.lastIndexOf(';')));
        if (comma < 1 || comma == line.length() - 1) {
          throw new BadInputException(
              file + " has the line '" + line + "': expected label,class on each line");
        }
        classes.put(line.substring(0, comma).strip(), line.substring(comma + 1).strip());
      }
    }
    if (classes.isEmpty()) {
      throw new BadInputException(file + " maps no label: expected label,class on each line");
    }
    return new LabelMap(file, classes);
  }

  /**
   * @param list the model's classes, or null if they are not named
   * @param data what to call the data in messages
   */
  int classOf(String label, ClassList list, String data) {
    String to = classes.get(label);
    if (to == null) {
      throw new BadInputException(
          data + " has the label '" + label + "', which " + file + " does not map to a class");
    }
    if (to.matches("\\d{1,9}")) {
      return Integer.parseInt(to);
    }
    int number = list == null ? -1 : list.number(to);
    if (number < 0) {
      throw new BadInputException(
          file
              + " maps '"
              + label
              + "' to '"
              + to
              + "': expected the number of a class"
              + (list == null ? "" : ", or a name of " + list.file()));
    }
    return number;
  }
}
