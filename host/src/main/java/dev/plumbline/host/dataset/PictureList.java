package dev.plumbline.host.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A file that lists pictures and their labels:
 *
 * <ul>
 *   <li>CSV or TSV, with a header that names the columns or with path and label in the first two; a
 *       CSV file may have semicolons in place of commas;
 *   <li>text with a path and, behind a blank, a comma or a semicolon, a label on each line: behind
 *       the ending of the picture's name, or behind the last blank where it has none;
 *   <li>JSON: a list of objects or of pairs, or an object from path to label;
 *   <li>JSON lines: an object on each.
 * </ul>
 *
 * @param file where it is
 * @param rows in its order, at least one
 */
record PictureList(Path file, List<Row> rows) {
  private static final List<String> PATH_COLUMNS =
      List.of(
          "file_name", "filename", "file", "path", "image", "image_path", "filepath", "imageid");

  /** Kaggle's ImageNet: a synset and four numbers for each box, the picture's class first. */
  private static final String BOXES = "predictionstring";

  private static final List<String> LABEL_COLUMNS =
      List.of("label", "labels", "class", "category", "target", "fine_label", "synset", BOXES);
  private static final String SEPARATORS = " \t,;";
  private static final int MAX_BYTES = 512 << 20;

  /**
   * A line.
   *
   * @param path as it stands there; empty where only labels are listed
   * @param label as it stands there, or null
   */
  record Row(String path, String label) {}

  static boolean isName(String fileName) {
    return endsWith(fileName, ".csv", ".tsv", ".txt", ".json", ".jsonl");
  }

  /**
   * @throws BadInputException if it lists nothing, or in another form
   */
  static PictureList read(Path file) {
    TextFile text = TextFile.read(file, MAX_BYTES);
    String name = file.getFileName().toString();
    List<Row> rows;
    if (endsWith(name, ".jsonl")) {
      rows = text.jsonLines().stream().map(each -> ofObject(each, file)).toList();
    } else if (text.looksLikeJson()) {
      rows = ofJson(text, file);
    } else if (endsWith(name, ".csv", ".tsv")) {
      rows = ofTable(text, endsWith(name, ".tsv") ? '\t' : csvSeparator(text));
    } else {
      rows = text.lines().stream().map(PictureList::ofLine).toList();
    }
    if (rows.isEmpty()) {
      throw new BadInputException(file + " lists no picture: expected a path and a label a line");
    }
    return new PictureList(file, rows);
  }

  /** Whether any line has a label. */
  boolean isLabelled() {
    return rows.stream().anyMatch(row -> row.label() != null);
  }

  private static Row ofLine(String line) {
    // A path may hold blanks: a line that ends as a picture's name does has no label.
    if (PictureFormat.isName(line)) {
      return new Row(line, null);
    }
    for (int i = line.length() - 1; i > 0; i--) {
      if (SEPARATORS.indexOf(line.charAt(i)) >= 0) {
        String path = line.substring(0, i).strip();
        if (PictureFormat.isName(path)) {
          return new Row(path, line.substring(i + 1).strip());
        }
      }
    }
    int blank = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
    if (blank >= 0) {
      return new Row(line.substring(0, blank).strip(), line.substring(blank + 1));
    }
    return line.matches("-?\\d+") ? new Row("", line) : new Row(line, null);
  }

  /** Spreadsheets write semicolons where the comma is the decimal point. */
  private static char csvSeparator(TextFile text) {
    String first = text.lines().stream().findFirst().orElse("");
    return first.indexOf(',') < 0 && first.indexOf(';') >= 0 ? ';' : ',';
  }

  private static List<Row> ofTable(TextFile text, char separator) {
    CsvMapper csv = CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
    List<String[]> lines;
    try (MappingIterator<String[]> all =
        csv.readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .readValues(text.text())) {
      lines = all.readAll();
    } catch (IOException e) {
      throw new BadInputException(text.file() + " is no table: " + IoReason.of(e), e);
    }
    int path = 0;
    int label = 1;
    boolean boxes = false;
    List<Row> rows = new ArrayList<>();
    for (String[] line : lines) {
      if (line.length == 0 || line.length == 1 && line[0].isBlank()) {
        continue;
      }
      if (rows.isEmpty() && column(line, PATH_COLUMNS) >= 0) {
        path = column(line, PATH_COLUMNS);
        label = column(line, LABEL_COLUMNS);
        boxes = label >= 0 && line[label].strip().equalsIgnoreCase(BOXES);
        continue;
      }
      if (line.length <= path) {
        throw new BadInputException(
            text.file() + " has a line of " + line.length + " columns: expected a path in each");
      }
      String of = label >= 0 && line.length > label ? line[label].strip() : "";
      String word = boxes ? of.split("\\s+", 2)[0] : of;
      rows.add(new Row(line[path].strip(), word.isEmpty() ? null : word));
    }
    return rows;
  }

  private static int column(String[] header, List<String> names) {
    for (String name : names) {
      for (int i = 0; i < header.length; i++) {
        if (header[i].strip().toLowerCase(Locale.ROOT).equals(name)) {
          return i;
        }
      }
    }
    return -1;
  }

  private static List<Row> ofJson(TextFile text, Path file) {
    JsonNode json = text.json();
    List<Row> rows = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(each -> rows.add(ofObject(each, file)));
      return rows;
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      rows.add(new Row(field.getKey(), label(field.getValue(), file)));
    }
    return rows;
  }

  private static Row ofObject(JsonNode json, Path file) {
    if (json.isTextual()) {
      return new Row(json.asText(), null);
    }
    if (json.isArray() && json.size() == 2 && json.get(0).isTextual()) {
      return new Row(json.get(0).asText(), label(json.get(1), file));
    }
    Optional<JsonNode> path = field(json, PATH_COLUMNS);
    if (path.isEmpty() || !path.get().isTextual()) {
      throw new BadInputException(
          file
              + " has an entry without a path: expected one of "
              + String.join(", ", PATH_COLUMNS)
              + " in each");
    }
    return new Row(
        path.get().asText(), field(json, LABEL_COLUMNS).map(l -> label(l, file)).orElse(null));
  }

  private static Optional<JsonNode> field(JsonNode json, List<String> names) {
    return names.stream().filter(json::has).map(json::get).findFirst();
  }

  private static String label(JsonNode label, Path file) {
    if (label.isNull()) {
      return null;
    }
    if (!label.isTextual() && !label.isNumber()) {
      throw new BadInputException(
          file
              + " has a label of the kind "
              + label.getNodeType().name().toLowerCase(Locale.ROOT)
              + ": expected one whole number or one name for each picture");
    }
    return label.asText();
  }

  private static boolean endsWith(String fileName, String... endings) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return List.of(endings).stream().anyMatch(name::endsWith);
  }
}
