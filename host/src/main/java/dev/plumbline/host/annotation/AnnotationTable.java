package dev.plumbline.host.annotation;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A CSV file with a line for each picture: its first line names the columns {@code picture} and
 * what is said of the picture.
 */
final class AnnotationTable {
  private static final String PICTURE = "picture";
  private static final int MAX_BYTES = 512 << 20;

  private AnnotationTable() {}

  /**
   * What a file says of pictures.
   *
   * @param column what is said, such as {@code labels}
   * @param data the pictures, which the file calls as {@link Dataset#name} does
   * @return a cell for each picture, in order
   * @throws BadInputException if the file cannot be read, or names other pictures than the data has
   */
  static List<String> read(Path file, String column, Dataset data) {
    return inOrder(file, cells(file, column), data);
  }

  /**
   * The numbers that a file gives for pictures, in all columns behind the first, which is {@code
   * picture}.
   *
   * @return a row of numbers for each picture, in order; not-a-number where a cell is empty
   * @throws BadInputException if the file cannot be read, has a cell that is no finite number, or
   *     names other pictures than the data has
   */
  static List<float[]> numbers(Path file, Dataset data) {
    List<String[]> lines = lines(file);
    if (lines.isEmpty() || lines.get(0).length < 2 || column(lines.get(0), PICTURE) != 0) {
      throw header(file, lines, PICTURE + " and then one or more of numbers");
    }
    Map<String, float[]> rows = new HashMap<>();
    for (String[] line : lines.subList(1, lines.size())) {
      requireColumns(file, line, lines.get(0).length);
      float[] row = new float[line.length - 1];
      for (int i = 0; i < row.length; i++) {
        row[i] = number(line[i + 1].strip(), file, line[0]);
      }
      put(rows, line[0].strip(), row, file);
    }
    return inOrder(file, rows, data);
  }

  private static float number(String cell, Path file, String picture) {
    if (cell.isEmpty()) {
      return Float.NaN;
    }
    try {
      float number = Float.parseFloat(cell);
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new BadInputException(
        file + " has '" + cell + "' for the picture " + picture + ", expected a number");
  }

  /**
   * What was read for each picture, in the order of the data.
   *
   * @param file where it was read, for messages
   * @param cells by name of the picture
   * @throws BadInputException if a picture has nothing, or the data that these are a part of lack
   *     one
   */
  static <T> List<T> inOrder(Path file, Map<String, T> cells, Dataset data) {
    Set<String> names = new HashSet<>();
    List<T> found = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      String name = data.name(i);
      names.add(name);
      T cell = cells.get(name);
      if (cell == null) {
        throw new BadInputException(
            file
                + " has no line for the picture "
                + name
                + " of the data, expected one for each"
                + NearestWord.hint(name, cells.keySet()));
      }
      found.add(cell);
    }
    names.addAll(data.namesOfWhole());
    for (String name : cells.keySet()) {
      if (!names.contains(name)) {
        throw new BadInputException(
            file
                + " names the picture "
                + name
                + ", which the data lacks, expected lines for its "
                + names.size()
                + " pictures only"
                + NearestWord.hint(name, names));
      }
    }
    return found;
  }

  private static Map<String, String> cells(Path file, String column) {
    List<String[]> lines = lines(file);
    int picture = lines.isEmpty() ? -1 : column(lines.get(0), PICTURE);
    int told = lines.isEmpty() ? -1 : column(lines.get(0), column);
    if (picture < 0 || told < 0) {
      throw header(file, lines, PICTURE + "," + column);
    }
    int columns = lines.get(0).length;
    Map<String, String> cells = new HashMap<>();
    for (String[] line : lines.subList(1, lines.size())) {
      requireColumns(file, line, columns);
      put(cells, line[picture].strip(), line[told].strip(), file);
    }
    return cells;
  }

  static BadInputException header(Path file, List<String[]> lines, String columns) {
    return new BadInputException(
        file
            + " begins with '"
            + (lines.isEmpty() ? "" : String.join(",", lines.get(0)))
            + "', expected a first line that names the columns "
            + columns);
  }

  static void requireColumns(Path file, String[] line, int columns) {
    if (line.length != columns) {
      throw new BadInputException(
          file
              + " has '"
              + String.join(",", line)
              + "', a line of "
              + line.length
              + " columns, expected "
              + columns);
    }
  }

  private static <T> void put(Map<String, T> cells, String name, T cell, Path file) {
    if (cells.put(name, cell) != null) {
      throw new BadInputException(
          file + " has several lines for the picture " + name + ", expected one");
    }
  }

  private static int column(String[] header, String name) {
    for (int i = 0; i < header.length; i++) {
      if (header[i].strip().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Lines with something in them, split at commas. */
  static List<String[]> lines(Path file) {
    CsvMapper csv = CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
    try (MappingIterator<String[]> all =
        csv.readerFor(String[].class)
            .with(CsvSchema.emptySchema())
            .readValues(TextFile.read(file, MAX_BYTES).text())) {
      List<String[]> lines = new ArrayList<>();
      for (String[] line : all.readAll()) {
        if (line.length > 1 || line.length == 1 && !line[0].isBlank()) {
          lines.add(line);
        }
      }
      return lines;
    } catch (IOException e) {
      throw new BadInputException(file + " is no table: " + IoReason.of(e), e);
    }
  }
}
