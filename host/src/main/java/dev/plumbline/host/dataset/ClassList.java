package dev.plumbline.host.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The classes that a model knows, in its order.
 *
 * @param file that names them
 * @param names for people, by number
 * @param numbers of the classes by every word that data may call them: name, synset, first of
 *     several names
 */
public record ClassList(Path file, List<String> names, Map<String, Integer> numbers) {
  private static final int MAX_BYTES = 16 << 20;
  private static final String SYNSET = "n\\d{8}";

  public ClassList {
    names = List.copyOf(names);
    numbers = Map.copyOf(numbers);
  }

  /**
   * Reads one of
   *
   * <ul>
   *   <li>text with a name, {@code SYNSET name} or a synset on each line, in the model's order;
   *   <li>a JSON list of names;
   *   <li>a JSON object from number to name, or to synset and name as Keras has it, or from name to
   *       number; or one with such an object under {@code id2label}, as Hugging Face's {@code
   *       config.json}.
   * </ul>
   *
   * @throws BadInputException if it is none of these
   */
  public static ClassList read(Path file) {
    TextFile text = TextFile.read(file, MAX_BYTES);
    List<List<String>> words = text.looksLikeJson() ? ofJson(text.json(), file) : ofLines(text);
    if (words.isEmpty()) {
      throw new BadInputException(file + " names no class: expected one on each line");
    }
    List<String> names = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    for (List<String> each : words) {
      int number = names.size();
      names.add(each.get(each.size() - 1));
      for (String word : each) {
        Integer other = numbers.putIfAbsent(word, number);
        // ImageNet has two cranes: a word of two classes stands for neither.
        if (other != null && other != number) {
          numbers.put(word, AMBIGUOUS);
        }
      }
    }
    return new ClassList(file, names, numbers);
  }

  private static final int AMBIGUOUS = -2;

  /**
   * The number of a class, or less than 0 where no class is called so.
   *
   * @throws BadInputException if several classes are
   */
  int number(String word) {
    int number = numbers.getOrDefault(word, -1);
    if (number == AMBIGUOUS) {
      throw new BadInputException(
          file + " calls several classes '" + word + "': expected the data to use another name");
    }
    return number;
  }

  private static List<List<String>> ofLines(TextFile text) {
    List<List<String>> words = new ArrayList<>();
    for (String line : text.lines()) {
      words.add(words(line));
    }
    return words;
  }

  /** Synset, first of several names, all names. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    String[] parts = line.split("[\\s,]+", 2);
    String name = line;
    if (parts[0].matches(SYNSET)) {
      words.add(parts[0]);
      name = parts.length > 1 ? parts[1] : parts[0];
    }
    if (name.contains(", ")) {
      words.add(name.substring(0, name.indexOf(", ")));
    }
    words.add(name);
    return words;
  }

  private static List<List<String>> ofJson(JsonNode json, Path file) {
    if (json.has("id2label")) {
      return ofJson(json.get("id2label"), file);
    }
    List<List<String>> words = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(each -> words.add(ofJsonName(each, file)));
      return words;
    }
    Map<Integer, List<String>> byNumber = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      boolean fromName = field.getValue().isInt();
      String number = fromName ? field.getValue().asText() : field.getKey();
      if (!number.matches("\\d{1,6}")) {
        throw new BadInputException(
            file + " gives a class the number '" + number + "': expected 0, 1, 2 and so on");
      }
      byNumber.put(
          Integer.parseInt(number),
          fromName ? words(field.getKey()) : ofJsonName(field.getValue(), file));
    }
    for (int number : byNumber.keySet()) {
      if (number != words.size()) {
        throw new BadInputException(
            file + " names class " + number + " but not class " + words.size());
      }
      words.add(byNumber.get(number));
    }
    return words;
  }

  private static List<String> ofJsonName(JsonNode name, Path file) {
    if (name.isTextual()) {
      return words(name.asText());
    }
    if (name.isArray() && name.size() > 0) {
      List<String> words = new ArrayList<>();
      name.forEach(each -> words.add(each.asText()));
      return words;
    }
    throw new BadInputException(file + " names a class " + name + ": expected a text");
  }
}
