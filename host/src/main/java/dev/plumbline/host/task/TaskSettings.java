package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user set for a kind of task: {@code segmentation,iou=0.6} sets one thing.
 *
 * @param option what the user calls it: an option, a key of a job
 * @param kind name of the kind
 * @param values by key
 * @param folder that relative paths of files start at
 */
record TaskSettings(String option, String kind, Map<String, String> values, Path folder) {
  TaskSettings {
    values = Map.copyOf(values);
  }

  /** Of what names no file. */
  TaskSettings(String option, String kind, Map<String, String> values) {
    this(option, kind, values, Path.of(""));
  }

  /**
   * Reads KIND or KIND,KEY=VALUE,...
   *
   * @throws BadInputException if it cannot be read
   */
  static TaskSettings parse(String option, TaskText task) {
    String text = task.text();
    String[] parts = text.split(",", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1 || values.put(key(parts[i], equals), value(parts[i], equals)) != null) {
        throw new BadInputException(
            option
                + " '"
                + text
                + "' cannot be read: found '"
                + parts[i].strip()
                + "', expected KIND,KEY=VALUE,... with each key once");
      }
    }
    return new TaskSettings(option, parts[0].strip(), values, task.folder());
  }

  private static String key(String part, int equals) {
    return part.substring(0, equals).strip();
  }

  private static String value(String part, int equals) {
    return part.substring(equals + 1).strip();
  }

  /**
   * Refuses keys that the kind does not know.
   *
   * @param known with what they mean
   */
  void requireKnown(Map<String, String> known) {
    for (String key : values.keySet()) {
      if (!known.containsKey(key)) {
        throw new BadInputException(
            option
                + " sets '"
                + key
                + "' of "
                + kind
                + ", expected "
                + (known.isEmpty() ? "nothing to set" : String.join(", ", known.keySet()))
                + NearestWord.hint(key, List.copyOf(known.keySet())));
      }
    }
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** A file. */
  Optional<Path> file(String key) {
    return text(key).map(folder::resolve);
  }

  /**
   * A number.
   *
   * @param least it may be
   * @param most it may be
   * @param otherwise where it is not set
   * @throws BadInputException if it is none, or outside
   */
  double number(String key, double least, double most, double otherwise) {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!(number >= least && number <= most)) {
      throw new BadInputException(
          option
              + " sets "
              + key
              + " of "
              + kind
              + " to "
              + value
              + ", expected a number of "
              + least
              + " to "
              + most);
    }
    return number;
  }

  /**
   * One of some words.
   *
   * @param otherwise where it is not set
   */
  String word(String key, List<String> words, String otherwise) {
    String value = values.getOrDefault(key, otherwise);
    if (!words.contains(value)) {
      throw new BadInputException(
          option
              + " sets "
              + key
              + " of "
              + kind
              + " to "
              + value
              + ", expected "
              + String.join(" or ", words)
              + NearestWord.hint(value, words));
    }
    return value;
  }
}
