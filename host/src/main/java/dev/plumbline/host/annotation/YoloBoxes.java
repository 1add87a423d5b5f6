package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Place;
import dev.plumbline.host.dataset.TextFile;
import dev.plumbline.host.task.Box;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Text files as YOLO has them: one for each picture, called as it is, with a line {@code class
 * centre-x centre-y width height} for each object, relative to the picture.
 */
final class YoloBoxes {
  private static final int MAX_BYTES = 64 << 20;
  private static final int NUMBERS = 5;
  private static final int MOST_CLASSES = 1_000_000;

  /** Tools write it beside the annotations. */
  private static final String CLASSES = "classes.txt";

  private YoloBoxes() {}

  static List<FileBoxes> read(Path folder, List<Path> files, Dataset data) {
    PictureNames names = new PictureNames(data, false);
    Map<String, FileBoxes> noted = new LinkedHashMap<>();
    for (Path file : files) {
      if (file.getFileName().toString().equals(CLASSES)) {
        continue;
      }
      String picture = ObjectBoxes.picture(folder, file);
      Optional<Place> place = names.find(picture).map(data::place);
      noted.put(picture, place.map(p -> read(file, p)).orElseGet(() -> nothing(file)));
    }
    return names.inOrder(noted, folder);
  }

  /** Of a picture that the data lacks: who asks for it is told so. */
  private static FileBoxes nothing(Path file) {
    return new FileBoxes(file.toString(), Optional.empty(), Optional.empty(), List.of());
  }

  private static FileBoxes read(Path file, Place place) {
    List<FileBox> boxes = new ArrayList<>();
    List<String> lines = TextFile.read(file, MAX_BYTES).text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty()) {
        boxes.add(box(file + " line " + (i + 1), line, place));
      }
    }
    return new FileBoxes(file.toString(), Optional.empty(), Optional.empty(), boxes);
  }

  private static FileBox box(String where, String line, Place place) {
    String[] words = line.split("\\s+");
    double[] numbers = new double[NUMBERS];
    boolean good = words.length == NUMBERS;
    for (int i = 0; good && i < NUMBERS; i++) {
      try {
        numbers[i] = Double.parseDouble(words[i]);
      } catch (NumberFormatException e) {
        good = false;
      }
      good &= Double.isFinite(numbers[i]);
    }
    good &= numbers[0] == Math.rint(numbers[0]) && numbers[0] >= 0 && numbers[0] < MOST_CLASSES;
    for (int i = 1; i < NUMBERS; i++) {
      good &= numbers[i] >= 0 && numbers[i] <= 1;
    }
    if (!good) {
      throw new BadInputException(
          where
              + " is '"
              + (line.length() > 80 ? line.substring(0, 80) + "..." : line)
              + "', expected a class number and the centre, width and height of a box as shares of"
              + " the picture, 0 to 1");
    }
    return new FileBox(
        where,
        (int) numbers[0],
        (numbers[1] - numbers[3] / 2) * place.fileWidth(),
        (numbers[2] - numbers[4] / 2) * place.fileHeight(),
        (numbers[1] + numbers[3] / 2) * place.fileWidth(),
        (numbers[2] + numbers[4] / 2) * place.fileHeight(),
        Box.Role.OBJECT);
  }
}
