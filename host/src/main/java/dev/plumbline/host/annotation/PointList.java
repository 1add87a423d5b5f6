package dev.plumbline.host.annotation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.dataset.TextFile;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Floats;
import dev.plumbline.host.task.Keypoints;
import dev.plumbline.host.task.Points;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Points of pictures, from one of two forms of file:
 *
 * <ul>
 *   <li>CSV with the column {@code picture} and two for each point, x and y in the unit of the
 *       task: pixels of the model's picture, or shares of its sides; both empty where a point is
 *       not annotated;
 *   <li>JSON of COCO: the keypoints of the one object on each picture, in pixels of its file; a
 *       point of visibility 0 is not annotated.
 * </ul>
 */
final class PointList {
  private static final int MAX_BYTES = 512 << 20;

  /** Stands for the number of a picture that a range leaves out. */
  private static final int LEFT_OUT = -1;

  private static final String KEYPOINTS = "keypoints";

  private final Path file;
  private final Keypoints task;
  private final Dataset data;

  private PointList(Path file, Keypoints task, Dataset data) {
    this.file = file;
    this.task = task;
    this.data = data;
  }

  /**
   * @throws BadInputException if the file cannot be read, has another number of points than the
   *     model, or names other pictures than the data has
   */
  static List<Decision> read(Path file, Keypoints task, Dataset data) {
    PointList list = new PointList(file, task, data);
    return file.toString().endsWith(".json") ? list.ofCoco() : list.ofTable();
  }

  private List<Decision> ofTable() {
    List<float[]> rows = AnnotationTable.numbers(file, data);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      float[] row = rows.get(i);
      requirePoints(row.length, 2, i);
      float[] points = new float[3 * task.points()];
      for (int k = 0; k < task.points(); k++) {
        float x = row[2 * k];
        float y = row[2 * k + 1];
        if (Float.isNaN(x) != Float.isNaN(y)) {
          throw new BadInputException(
              file
                  + " has one coordinate of point "
                  + k
                  + " of the picture "
                  + data.name(i)
                  + ", expected two or none");
        }
        put(points, k, task.pixelX(x), task.pixelY(y));
      }
      decisions.add(new Points(Floats.of(points)));
    }
    return decisions;
  }

  private static void put(float[] points, int point, float x, float y) {
    points[3 * point] = x;
    points[3 * point + 1] = y;
    points[3 * point + 2] = Float.isNaN(x) ? 0 : 1;
  }

  private void requirePoints(int numbers, int each, int picture) {
    if (numbers != each * task.points()) {
      throw new BadInputException(
          file
              + " gives "
              + numbers
              + " numbers for the points of the picture "
              + data.name(picture)
              + ", expected "
              + each * task.points()
              + ": "
              + each
              + " for each of the model's "
              + task.points());
    }
  }

  private List<Decision> ofCoco() {
    JsonNode json = TextFile.read(file, MAX_BYTES).json();
    Map<String, Integer> numbers = new HashMap<>();
    data.namesOfWhole().forEach(name -> numbers.put(name, LEFT_OUT));
    for (int i = 0; i < data.size(); i++) {
      numbers.put(data.name(i), i);
    }
    Map<String, Integer> byId = new HashMap<>();
    for (JsonNode image : list(json, "images")) {
      String name = image.path("file_name").asText();
      Integer number = numbers.get(name);
      if (number == null) {
        throw new BadInputException(
            file
                + " names the picture "
                + name
                + ", which the data lacks, expected its "
                + numbers.size()
                + " pictures only"
                + NearestWord.hint(name, numbers.keySet()));
      }
      byId.put(image.path("id").asText(), number);
    }
    Decision[] found = new Decision[data.size()];
    for (JsonNode annotation : list(json, "annotations")) {
      Integer number = byId.get(annotation.path("image_id").asText());
      if (number == null) {
        throw new BadInputException(
            file
                + " has an annotation of image_id "
                + annotation.path("image_id").asText()
                + ", expected the id of one of its images");
      }
      if (number == LEFT_OUT) {
        continue;
      }
      if (found[number] != null) {
        throw new BadInputException(
            file
                + " has several objects with keypoints on the picture "
                + data.name(number)
                + ", expected one, as the model finds one");
      }
      found[number] = points(annotation.path(KEYPOINTS), number);
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        throw new BadInputException(
            file
                + " has no keypoints for the picture "
                + data.name(i)
                + " of the data, expected them for each");
      }
    }
    return List.of(found);
  }

  private JsonNode list(JsonNode json, String key) {
    if (!json.path(key).isArray()) {
      throw new BadInputException(
          file + " has no list " + key + ", expected the keys images and annotations of COCO");
    }
    return json.path(key);
  }

  private Points points(JsonNode list, int picture) {
    requirePoints(list.size(), 3, picture);
    Place place = data.place(picture);
    float[] points = new float[3 * task.points()];
    for (int k = 0; k < task.points(); k++) {
      for (int i = 0; i < 3; i++) {
        if (!list.get(3 * k + i).isNumber()) {
          throw new BadInputException(
              file
                  + " has '"
                  + list.get(3 * k + i).asText()
                  + "' among the keypoints of the picture "
                  + data.name(picture)
                  + ", expected numbers");
        }
      }
      if (list.get(3 * k + 2).intValue() > 0) {
        put(
            points,
            k,
            (float) place.x(list.get(3 * k).doubleValue()),
            (float) place.y(list.get(3 * k + 1).doubleValue()));
      } else {
        put(points, k, Float.NaN, Float.NaN);
      }
    }
    return new Points(Floats.of(points));
  }
}
