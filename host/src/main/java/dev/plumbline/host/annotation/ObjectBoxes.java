package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.task.Box;
import dev.plumbline.host.task.Boxes;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Boxes of objects on pictures: a JSON file as COCO has it, a folder of text files as YOLO has it,
 * or a folder of XML files as Pascal VOC has it.
 */
final class ObjectBoxes {
  private ObjectBoxes() {}

  /**
   * What was noted, in the pixels of the pictures at the model's resolution.
   *
   * @throws BadInputException if files cannot be read, or are of other pictures or classes
   */
  static List<Decision> read(Path path, Detection task, Dataset data) {
    List<FileBoxes> noted = inFiles(path, task, data);
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < noted.size(); i++) {
      Place place = data.place(i);
      String name = data.name(i);
      noted.get(i).requireSizeOf(place, name);
      List<Box> boxes = new ArrayList<>();
      for (FileBox box : noted.get(i).boxes()) {
        requireClass(box, task);
        box.on(place, name).ifPresent(boxes::add);
      }
      decisions.add(new Boxes(boxes));
    }
    return decisions;
  }

  private static void requireClass(FileBox box, Detection task) {
    if (task.classes().isPresent() && box.label() >= task.classes().getAsInt()) {
      throw new BadInputException(
          box.where()
              + " has an object of class "
              + box.label()
              + ", expected 0 to "
              + (task.classes().getAsInt() - 1)
              + " as the model knows "
              + task.classes().getAsInt()
              + " classes");
    }
  }

  private static List<FileBoxes> inFiles(Path path, Detection task, Dataset data) {
    if (!Files.exists(path)) {
      throw new BadInputException(
          "the annotations " + path + " do not exist, expected " + formats());
    }
    if (!Files.isDirectory(path)) {
      if (!endsWith(path, ".json")) {
        throw new BadInputException(
            "the annotations " + path + " are a file that is no .json, expected " + formats());
      }
      return CocoBoxes.read(path, task, data);
    }
    List<Path> xml = files(path, ".xml");
    if (!xml.isEmpty()) {
      return VocBoxes.read(path, xml, data);
    }
    List<Path> text = files(path, ".txt");
    if (!text.isEmpty()) {
      return YoloBoxes.read(path, text, data);
    }
    throw new BadInputException(
        "the annotations "
            + path
            + " are a folder without .txt or .xml files, expected "
            + formats());
  }

  private static String formats() {
    return "a JSON file of COCO, or a folder of YOLO's .txt or Pascal VOC's .xml files";
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).filter(f -> endsWith(f, ending)).sorted().toList();
    } catch (IOException e) {
      throw new BadInputException(folder + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static boolean endsWith(Path file, String ending) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** What files call a picture whose annotations they hold: their path without the ending. */
  static String picture(Path folder, Path file) {
    String path = folder.relativize(file).toString().replace('\\', '/');
    return path.substring(0, path.lastIndexOf('.'));
  }
}
