package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.TextFile;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Texts on pictures, UTF-8: CSV with the columns {@code picture} and {@code text}, or lines of
 * {@code picture<TAB>text} as PaddleOCR has them, with or without such a first line.
 */
final class PictureTexts {
  private static final int MAX_BYTES = 512 << 20;
  private static final char TAB = '\t';
  private static final String HEADER = "picture\ttext";
  private static final String COLUMN = "text";

  private PictureTexts() {}

  /**
   * @throws BadInputException if the file cannot be read, names other pictures than the data has,
   *     or the task has no alphabet
   */
  static List<Decision> read(Path file, Sequence task, Dataset data) {
    TextFile text = TextFile.read(file, MAX_BYTES);
    boolean tabs = text.text().lines().findFirst().filter(l -> l.indexOf(TAB) >= 0).isPresent();
    List<String> texts =
        tabs
            ? AnnotationTable.inOrder(file, ofTabs(text, data), data)
            : AnnotationTable.read(file, COLUMN, data);
    return texts.stream().<Decision>map(task::known).toList();
  }

  /** Nothing is quoted there: a text may hold quotation marks and commas. */
  private static Map<String, String> ofTabs(TextFile text, Dataset data) {
    Set<String> names = new HashSet<>(data.namesOfWhole());
    Map<String, String> texts = new HashMap<>();
    List<String> lines = new ArrayList<>(text.text().lines().toList());
    if (lines.get(0).strip().equalsIgnoreCase(HEADER)) {
      lines.set(0, "");
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank()) {
        continue;
      }
      int tab = line.indexOf(TAB);
      if (tab < 1) {
        throw new BadInputException(
            text.file()
                + " has '"
                + line
                + "' on line "
                + (i + 1)
                + ", expected a picture, a tab and its text");
      }
      String name = inData(line.substring(0, tab).strip(), names);
      if (texts.put(name, line.substring(tab + 1).strip()) != null) {
        throw new BadInputException(
            text.file() + " has several lines for the picture " + name + ", expected one");
      }
    }
    return texts;
  }

  /** PaddleOCR's paths begin at the root of its data, which may be above the folder given. */
  private static String inData(String path, Set<String> names) {
    String rest = path;
    while (!names.contains(rest) && rest.indexOf('/') >= 0) {
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    return names.contains(rest) ? rest : path;
  }
}
