package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.NpyFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Vectors of enrolled identities, which an input's vector is compared with. They are numbered from
 * 0, in the order of their file.
 *
 * @param dimensions of each, at least 1
 * @param directions of length 1, one after the other
 */
public record References(int dimensions, Floats directions) {
  /** More are a database: a task is kept in each model and corpus. */
  static final int MOST = 1_000;

  /** Of all vectors together: 4 MiB. */
  private static final int MOST_NUMBERS = 1 << 20;

  /** Directions are rounded to float32. */
  private static final double ROUNDED = 1e-3;

  private static final String DIMENSIONS = "dimensions";
  private static final String COUNT = "count";
  private static final String VECTORS = "vectors";

  public References {
    int length = directions.length();
    if (dimensions < 1 || length == 0 || length % dimensions != 0) {
      throw new IllegalArgumentException(
          length + " numbers, expected some vectors of " + dimensions + " each");
    }
    if (length / dimensions > MOST || length > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          length / dimensions + " references of " + dimensions + " numbers, expected fewer");
    }
    directions.requireFinite();
    for (int k = 0; k < length / dimensions; k++) {
      double square = 0;
      for (int i = 0; i < dimensions; i++) {
        double value = directions.get(k * dimensions + i);
        square += value * value;
      }
      if (!(Math.abs(square - 1) < ROUNDED)) {
        throw new IllegalArgumentException("reference " + k + ", expected a length of 1");
      }
    }
  }

  /**
   * Reads them from an array with a row for each, of any length but 0.
   *
   * @throws BadInputException if the file cannot be read, or a row has no direction
   */
  static References read(Path file) {
    NpyFile array = NpyFile.read(file);
    List<Integer> shape = array.shape();
    boolean isTable = shape.size() == 2 && shape.get(0) > 0 && shape.get(1) > 0;
    if (!isTable || array.type().isWhole()) {
      throw refused(
          file,
          "an array " + dims(shape) + " of " + array.type(),
          "references x numbers of a vector, of float32");
    }
    int count = shape.get(0);
    int dimensions = shape.get(1);
    if (count > MOST || array.values().length > MOST_NUMBERS) {
      throw refused(
          file,
          count + " references of " + dimensions + " numbers",
          "at most " + MOST + ", and at most " + MOST_NUMBERS + " numbers in all");
    }
    float[] directions = new float[count * dimensions];
    for (int k = 0; k < count; k++) {
      addDirection(file, array.values(), k, directions, dimensions);
    }
    return new References(dimensions, Floats.of(directions));
  }

  private static void addDirection(
      Path file, double[] values, int number, float[] to, int dimensions) {
    double largest = 0;
    int from = number * dimensions;
    for (int i = from; i < from + dimensions; i++) {
      if (!Double.isFinite(values[i])) {
        throw refused(file, values[i] + " in reference " + number, "finite numbers");
      }
      largest = Math.max(largest, Math.abs(values[i]));
    }
    if (largest == 0) {
      throw refused(file, "only zeros in reference " + number, "a vector with a direction");
    }
    double square = 0;
    for (int i = from; i < from + dimensions; i++) {
      square += values[i] / largest * (values[i] / largest);
    }
    for (int i = from; i < from + dimensions; i++) {
      to[i] = (float) (values[i] / largest / Math.sqrt(square));
    }
  }

  private static String dims(List<Integer> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
  }

  private static BadInputException refused(Path file, String found, String expected) {
    return new BadInputException(
        "references " + file + " hold " + found + ", expected " + expected);
  }

  int count() {
    return directions.length() / dimensions;
  }

  /**
   * The cosine of each reference's angle to a vector.
   *
   * @param vector of as many dimensions
   */
  double[] cosines(Vector vector) {
    double length = vector.length();
    double[] cosines = new double[count()];
    for (int k = 0; k < cosines.length; k++) {
      double sum = 0;
      for (int i = 0; i < dimensions; i++) {
        sum += (double) directions.get(k * dimensions + i) * vector.values().get(i);
      }
      cosines[k] = sum / length;
    }
    return cosines;
  }

  /** As an array to multiply directions by: dimensions x references. */
  NDArray columns(NDManager owner) {
    try (NDArray rows = owner.create(directions.toArray(), new Shape(count(), dimensions));
        NDArray turned = rows.transpose()) {
      return turned.duplicate();
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(COUNT, count());
    json.put(DIMENSIONS, dimensions);
    json.put(VECTORS, directions.base64());
    return json;
  }

  /** What people are told: how many there are and the SHA-256 of their numbers, not the numbers. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put(COUNT, count());
    summary.put(DIMENSIONS, dimensions);
    summary.put("sha256", directions.sha256());
    return summary;
  }

  /**
   * What {@link #json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  static References of(JsonNode json) {
    TaskFields fields = TaskFields.of(json, COUNT, DIMENSIONS, VECTORS);
    References read =
        new References(fields.whole(DIMENSIONS), Floats.ofBase64(fields.text(VECTORS)));
    if (read.count() != fields.whole(COUNT)) {
      throw new IllegalArgumentException(
          read.count() + " references, expected " + fields.whole(COUNT));
    }
    return read;
  }
}
