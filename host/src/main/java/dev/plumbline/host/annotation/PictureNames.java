package dev.plumbline.host.annotation;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds pictures of data by what annotations call them: by their path in the data, or by their file
 * name alone where one picture has it; with or without the ending.
 */
final class PictureNames {
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> byName = new HashMap<>();

  /** A number below 0 where several pictures have the name. */
  private final Map<String, Integer> byFileName = new HashMap<>();

  private final boolean withEnding;

  PictureNames(Dataset data, boolean withEnding) {
    this.withEnding = withEnding;
    for (int i = 0; i < data.size(); i++) {
      String name = withEnding ? data.name(i) : withoutEnding(data.name(i));
      names.add(data.name(i));
      byName.put(name, i);
      byFileName.merge(fileName(name), i, (a, b) -> -1);
    }
  }

  private static String withoutEnding(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
  }

  private static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The number of a picture. */
  Optional<Integer> find(String called) {
    String name = called.replace('\\', '/');
    Integer whole = byName.get(name);
    if (whole != null) {
      return Optional.of(whole);
    }
    Integer last = byFileName.get(fileName(name));
    return last == null || last < 0 ? Optional.empty() : Optional.of(last);
  }

  /**
   * What was noted, in the order of the pictures.
   *
   * @param noted by what annotations call a picture
   * @param path where it was noted, for messages
   * @throws BadInputException if a picture has nothing noted, or something is noted of another
   */
  List<FileBoxes> inOrder(Map<String, FileBoxes> noted, Path path) {
    FileBoxes[] found = new FileBoxes[names.size()];
    for (Map.Entry<String, FileBoxes> entry : noted.entrySet()) {
      String called = entry.getKey();
      int number =
          find(called)
              .orElseThrow(
                  () ->
                      new BadInputException(
                          entry.getValue().where()
                              + " names the picture "
                              + called
                              + ", which the data lacks, expected annotations of its "
                              + names.size()
                              + " pictures only"
                              + NearestWord.hint(called, byName.keySet())));
      if (found[number] != null) {
        throw new BadInputException(
            path
                + " has annotations of the picture "
                + names.get(number)
                + " twice, expected once");
      }
      found[number] = entry.getValue();
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        throw new BadInputException(
            path
                + " has no annotation of the picture "
                + names.get(i)
                + " of the data, expected one for each"
                + (withEnding ? " in its images" : ", an empty one where nothing is on it")
                + NearestWord.hint(
                    withEnding ? names.get(i) : withoutEnding(names.get(i)), noted.keySet()));
      }
    }
    return List.of(found);
  }
}
