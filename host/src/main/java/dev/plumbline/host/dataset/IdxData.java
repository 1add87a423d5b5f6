package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** IDX files of pictures with IDX files of labels beside, named as the MNIST data is. */
final class IdxData {
  /** One name per line, by label; beside the IDX files. */
  static final String CLASSES_FILE = "classes.txt";

  private IdxData() {}

  /** What the files of a split are called before the first {@code -}. */
  static String prefix(Split split) {
    return split == Split.TRAIN ? "train" : "t10k";
  }

  static boolean isIn(Path folder) {
    return pictureFile(folder, Split.TRAIN).isPresent()
        || pictureFile(folder, Split.TEST).isPresent();
  }

  /**
   * @param split which one, or null for all there is, train first
   */
  static Dataset openFolder(Path folder, Split split) {
    List<Dataset> parts = new ArrayList<>();
    for (Split each : Split.values()) {
      Optional<Path> pictures = pictureFile(folder, each);
      if (split == null || split == each) {
        pictures.ifPresent(file -> parts.add(openFile(file)));
      }
    }
    if (parts.isEmpty()) {
      throw new BadInputException(
          folder
              + " has no split '"
              + split
              + "': expected "
              + prefix(split)
              + "-images-idx3-ubyte or "
              + prefix(split)
              + "-images-idx3-ubyte.gz in it");
    }
    return ConcatenatedDataset.of(parts, folder);
  }

  /**
   * @param file of pictures; its labels lie beside
   */
  static Dataset openFile(Path file) {
    IdxFile.Pictures pictures = IdxFile.readPictures(file);
    Path labelFile = labelFile(file);
    byte[] bytes = IdxFile.readLabels(labelFile);
    if (bytes.length != pictures.count()) {
      throw new BadInputException(
          labelFile
              + " holds "
              + bytes.length
              + " labels for the "
              + pictures.count()
              + " pictures of "
              + file.getFileName()
              + ": expected as many");
    }
    List<String> classNames = ClassNames.readOrDigits(file.resolveSibling(CLASSES_FILE));
    int[] labels = new int[bytes.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes[i] & 0xff;
      if (labels[i] >= classNames.size()) {
        throw new BadInputException(
            labelFile
                + " gives picture "
                + i
                + " the label "
                + labels[i]
                + ": expected 0 to "
                + (classNames.size() - 1)
                + ", or a file "
                + CLASSES_FILE
                + " beside it that names more classes");
      }
    }
    return new MemoryDataset(
        pictures.shape(), pictures.pixels(), labels, String::valueOf, classNames);
  }

  private static Optional<Path> pictureFile(Path folder, Split split) {
    for (String dimensions : List.of("idx3", "idx4")) {
      // Some unpackers put a dot before the dimensions, as archives of old did.
      for (String separator : List.of("-", ".")) {
        for (String ending : List.of("", ".gz")) {
          Path file =
              folder.resolve(
                  prefix(split) + "-images" + separator + dimensions + "-ubyte" + ending);
          if (Files.isRegularFile(file)) {
            return Optional.of(file);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Path labelFile(Path pictures) {
    String name = pictures.getFileName().toString();
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    String labels = plain.replaceFirst("images([-.])idx[34]", "labels$1idx1");
    if (!labels.equals(plain)) {
      String other = plain.replaceFirst("images[-.]idx[34]", "labels-idx1");
      String dotted = plain.replaceFirst("images[-.]idx[34]", "labels.idx1");
      for (String each : List.of(labels, other, dotted)) {
        for (String ending : List.of("", ".gz")) {
          Path file = pictures.resolveSibling(each + ending);
          if (Files.isRegularFile(file)) {
            return file;
          }
        }
      }
    }
    throw new BadInputException(
        pictures
            + " has no labels: expected "
            + (labels.equals(plain) ? "a name with images-idx3, and labels-idx1" : labels)
            + " or the same with .gz beside it");
  }
}
