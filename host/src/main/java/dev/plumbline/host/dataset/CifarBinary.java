package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 in its binary version: records of a label byte and 3072 bytes of pixels, channel by
 * channel (RGB), row by row.
 */
final class CifarBinary {
  private static final PictureShape SHAPE = new PictureShape(3, 32, 32);
  private static final int RECORD = 1 + 3072;
  private static final int CLASSES = 10;
  private static final int TRAIN_BATCHES = 5;
  private static final String NAMES_FILE = "batches.meta.txt";

  private CifarBinary() {}

  static boolean isIn(Path folder) {
    for (Split split : Split.values()) {
      for (Path file : files(folder, split)) {
        if (Files.isRegularFile(file)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * @param split which one, or null for all there is, train first
   */
  static Dataset openFolder(Path folder, Split split) {
    List<Dataset> parts = new ArrayList<>();
    for (Split each : Split.values()) {
      if (split == null || split == each) {
        for (Path file : presentFiles(folder, each)) {
          parts.add(openFile(file));
        }
      }
    }
    if (parts.isEmpty()) {
      throw new BadInputException(
          folder
              + " has no split '"
              + split
              + "': expected "
              + files(folder, split).get(0).getFileName()
              + " in it");
    }
    return ConcatenatedDataset.of(parts, folder);
  }

  static Dataset openFile(Path file) {
    byte[] content;
    try {
      long size = Files.size(file);
      if (size == 0 || size % RECORD != 0 || size > Integer.MAX_VALUE - 64) {
        throw new BadInputException(
            file
                + " is not a CIFAR-10 batch: its "
                + size
                + " bytes are no multiple of the "
                + RECORD
                + " of a record");
      }
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInputException(
          file + " cannot be read as a CIFAR-10 batch: " + IoReason.of(e), e);
    }
    List<String> classNames = ClassNames.readOrDigits(file.resolveSibling(NAMES_FILE));
    if (classNames.size() != CLASSES) {
      throw new BadInputException(
          file.resolveSibling(NAMES_FILE)
              + " names "
              + classNames.size()
              + " classes: expected "
              + CLASSES);
    }
    int[] labels = new int[content.length / RECORD];
    byte[] pixels = new byte[labels.length * SHAPE.bytes()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = content[i * RECORD] & 0xff;
      if (labels[i] >= CLASSES) {
        throw new BadInputException(
            file + " gives picture " + i + " the label " + labels[i] + ": expected 0 to 9");
      }
      System.arraycopy(content, i * RECORD + 1, pixels, i * SHAPE.bytes(), SHAPE.bytes());
    }
    return new MemoryDataset(SHAPE, pixels, labels, String::valueOf, classNames);
  }

  private static List<Path> files(Path folder, Split split) {
    if (split == Split.TEST) {
      return List.of(folder.resolve("test_batch.bin"));
    }
    List<Path> files = new ArrayList<>();
    for (int batch = 1; batch <= TRAIN_BATCHES; batch++) {
      files.add(folder.resolve("data_batch_" + batch + ".bin"));
    }
    return files;
  }

  /** The first batches will do, but none may be missing before another: numbers would shift. */
  private static List<Path> presentFiles(Path folder, Split split) {
    List<Path> present = new ArrayList<>();
    Path missing = null;
    for (Path file : files(folder, split)) {
      if (!Files.isRegularFile(file)) {
        missing = missing == null ? file : missing;
      } else if (missing != null) {
        throw new BadInputException(
            folder + " holds " + file.getFileName() + " but not " + missing.getFileName());
      } else {
        present.add(file);
      }
    }
    return present;
  }
}
