package dev.plumbline.host.annotation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.IoReason;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Detection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A JSON file as COCO has it. Its categories are the model's classes by their names where the data
 * name classes; else in the order of their numbers, or by their numbers where the model has as many
 * classes as that needs.
 */
final class CocoBoxes {
  private static final long MAX_BYTES = 1L << 30;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CocoBoxes() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Instances(List<Image> images, List<Instance> annotations, List<Category> categories) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Image(Long id, @JsonProperty("file_name") String fileName, Integer width, Integer height) {
    boolean isWhole() {
      return id != null && fileName != null;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Instance(
      @JsonProperty("image_id") Long image,
      @JsonProperty("category_id") Long category,
      List<Double> bbox,
      JsonNode iscrowd) {
    boolean isWhole() {
      return image != null
          && category != null
          && bbox != null
          && bbox.size() == 4
          && !bbox.contains(null);
    }

    boolean isCrowd() {
      return iscrowd != null && iscrowd.asInt(iscrowd.asBoolean() ? 1 : 0) != 0;
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Category(Long id, String name) {
    boolean isWhole() {
      return id != null;
    }
  }

  static List<FileBoxes> read(Path file, Detection task, Dataset data) {
    Instances instances = parse(file);
    Map<Long, Integer> labels = labels(file, instances.categories, task, ClassNumbers.of(data));
    Map<Long, List<FileBox>> boxes = new HashMap<>();
    for (int i = 0; i < instances.images.size(); i++) {
      Image image = instances.images.get(i);
      require(file, image != null && image.isWhole(), "images", i, "an id and a file_name");
      if (boxes.put(image.id, new ArrayList<>()) != null) {
        throw new BadInputException(
            file + " has two images of the id " + image.id + ", expected one");
      }
    }
    for (int i = 0; i < instances.annotations.size(); i++) {
      Instance each = instances.annotations.get(i);
      require(
          file,
          each != null && each.isWhole(),
          "annotations",
          i,
          "image_id, category_id and a bbox of x, y, width and height");
      String where = file + " annotation " + (i + 1);
      List<FileBox> ofImage = boxes.get(each.image);
      Integer label = labels.get(each.category);
      if (ofImage == null || label == null) {
        throw new BadInputException(
            where
                + " has the "
                + (ofImage == null ? "image_id " + each.image : "category_id " + each.category)
                + ", expected one of its "
                + (ofImage == null ? "images" : "categories"));
      }
      double x = each.bbox.get(0);
      double y = each.bbox.get(1);
      ofImage.add(
          new FileBox(
              where,
              label,
              x,
              y,
              x + each.bbox.get(2),
              y + each.bbox.get(3),
              each.isCrowd() ? Box.Role.CROWD : Box.Role.OBJECT));
    }
    Map<String, FileBoxes> noted = new LinkedHashMap<>();
    for (Image image : instances.images) {
      FileBoxes of =
          new FileBoxes(
              file.toString(),
              Optional.ofNullable(image.width),
              Optional.ofNullable(image.height),
              boxes.get(image.id));
      if (noted.put(image.fileName, of) != null) {
        throw new BadInputException(
            file + " has two images of the file_name " + image.fileName + ", expected one");
      }
    }
    return new PictureNames(data, true).inOrder(noted, file);
  }

  private static Instances parse(Path file) {
    Instances read;
    try {
      read = JSON.readValue(InputFile.bytes("annotation", file, MAX_BYTES), Instances.class);
    } catch (JsonProcessingException e) {
      throw new BadInputException(file + " is no annotation of COCO: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
    if (read == null
        || read.images == null
        || read.annotations == null
        || read.categories == null
        || read.categories.isEmpty()) {
      throw new BadInputException(
          file
              + " is no annotation of COCO, expected the lists images, annotations and categories");
    }
    return read;
  }

  private static void require(Path file, boolean good, String list, int number, String expected) {
    if (!good) {
      throw new BadInputException(
          file
              + " has an entry "
              + (number + 1)
              + " of "
              + list
              + " without "
              + expected
              + ", expected these in each");
    }
  }

  private static Map<Long, Integer> labels(
      Path file, List<Category> categories, Detection task, ClassNumbers names) {
    TreeMap<Long, String> byId = new TreeMap<>();
    for (int i = 0; i < categories.size(); i++) {
      Category category = categories.get(i);
      require(file, category != null && category.isWhole(), "categories", i, "an id");
      if (byId.containsKey(category.id)) {
        throw new BadInputException(
            file + " has two categories of the id " + category.id + ", expected one");
      }
      byId.put(category.id, category.name == null ? "" : category.name);
    }
    Map<Long, Integer> labels = new HashMap<>();
    if (names.areKnown()) {
      byId.forEach((id, name) -> labels.put(id, names.of(name, file + " category " + id)));
      return labels;
    }
    int classes = task.classes().orElse(byId.size());
    if (byId.size() > classes) {
      throw new BadInputException(
          file
              + " has "
              + byId.size()
              + " categories and the model knows "
              + classes
              + " classes, expected as many, or --classes FILE, which names those of the model");
    }
    long last = byId.lastKey();
    boolean numbered = byId.size() != classes && byId.firstKey() >= 0 && last <= classes;
    int order = 0;
    for (long id : byId.keySet()) {
      int from = last == classes ? 1 : 0;
      labels.put(id, numbered && id >= from ? (int) id - from : order);
      order++;
    }
    return labels;
  }
}
