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
  /** Stands for the number of a picture that a range leaves out. */
  private static final int LEFT_OUT = -1;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> byName = new HashMap<>();

  /** Whole names; none where several pictures have the file's name. */
  private final Map<String, Optional<String>> byFileName = new HashMap<>();

  private final boolean withEnding;

  PictureNames(Dataset data, boolean withEnding) {
    this.withEnding = withEnding;
    for (String whole : data.namesOfWhole()) {
      String name = called(whole);
      byFileName.merge(fileName(name), Optional.of(name), (a, b) -> Optional.empty());
      byName.put(name, LEFT_OUT);
    }
    for (int i = 0; i < data.size(); i++) {
      names.add(data.name(i));
      byName.put(called(data.name(i)), i);
    }
  }

  private String called(String name) {
    return withEnding ? name : withoutEnding(name);
  }

  private static String withoutEnding(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
  }

  private static String fileName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** The number of a picture; empty where the data lack it, or a range leaves it out. */
  Optional<Integer> find(String called) {
    return numberOf(called).filter(number -> number != LEFT_OUT);
  }

  private Optional<Integer> numberOf(String called) {
    String name = called.replace('\\', '/');
    return byName.containsKey(name)
        ? Optional.of(byName.get(name))
        : byFileName.getOrDefault(fileName(name), Optional.empty()).map(byName::get);
  }

  /**
   * What was noted, in the order of the pictures.
   *
   * @param noted by what annotations call a picture
   * @param path where it was noted, for messages
   * @throws BadInputException if a picture has nothing noted, or something is noted of one that the
   *     data lack which these are a part of
   */
  List<FileBoxes> inOrder(Map<String, FileBoxes> noted, Path path) {
    FileBoxes[] found = new FileBoxes[names.size()];
    for (Map.Entry<String, FileBoxes> entry : noted.entrySet()) {
      String called = entry.getKey();
      int number =
          numberOf(called)
              .orElseThrow(
                  () ->
                      new BadInputException(
                          entry.getValue().where()
                              + " names the picture "
                              + called
                              + ", which the data lacks, expected annotations of its "
                              + byName.size()
                              + " pictures only"
                              + NearestWord.hint(called, byName.keySet())));
      if (number == LEFT_OUT) {
        continue;
      }
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
                + NearestWord.hint(called(names.get(i)), noted.keySet()));
      }
    }
    return List.of(found);
  }
}
