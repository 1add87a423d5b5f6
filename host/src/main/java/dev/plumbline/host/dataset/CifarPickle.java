package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * CIFAR-10 and CIFAR-100 in their Python version: {@code data_batch_1} to {@code _5} and {@code
 * test_batch} with {@code batches.meta}, or {@code train} and {@code test} with {@code meta}. Of
 * CIFAR-100 the fine labels are read.
 */
final class CifarPickle {
  private static final PictureShape SHAPE = new PictureShape(3, 32, 32);
  private static final int MAX_BYTES = 512 << 20;
  private static final int MOST_CLASSES = 1000;
  private static final int[] STARTS = {0x80, '}', '('};

  private CifarPickle() {}

  static boolean isIn(Path folder) {
    return !files(folder, Split.TRAIN).isEmpty() || !files(folder, Split.TEST).isEmpty();
  }

  /** Whether a file is called as a batch and starts as a pickle does. */
  static boolean isBatch(Path file) {
    String name = file.getFileName().toString();
    return name.matches("data_batch_\\d|test_batch|train|test")
        && Files.isRegularFile(file)
        && IntStream.of(STARTS).anyMatch(start -> start == FirstBytes.first(file));
  }

  /**
   * @param split which one, or null for all there is, train first
   */
  static Dataset openFolder(Path folder, Split split) {
    List<Dataset> parts = new ArrayList<>();
    for (Split each : Split.values()) {
      if (split == null || split == each) {
        files(folder, each).forEach(file -> parts.add(openFile(file)));
      }
    }
    if (parts.isEmpty()) {
      throw new BadInputException(
          folder + " has no split '" + split + "': expected the batches of CIFAR in it");
    }
    return ConcatenatedDataset.of(parts, folder);
  }

  static Split splitOf(Path file) {
    return file.getFileName().toString().startsWith("test") ? Split.TEST : Split.TRAIN;
  }

  static Dataset openFile(Path file) {
    Map<?, ?> batch = dictionary(file);
    if (!(batch.get("data") instanceof SafePickle.Bytes data)
        || data.shape().size() != 2
        || data.shape().get(1) != SHAPE.bytes()
        || data.shape().get(0) < 1) {
      throw new BadInputException(
          file + " has no pictures in 'data': expected an array of N x " + SHAPE.bytes());
    }
    boolean fine = batch.containsKey("fine_labels");
    if (!(batch.get(fine ? "fine_labels" : "labels") instanceof List<?> listed)
        || listed.size() != data.shape().get(0)) {
      throw new BadInputException(
          file + " has no list of a label for each of its " + data.shape().get(0) + " pictures");
    }
    List<String> names = names(file, fine);
    int[] labels = new int[listed.size()];
    for (int i = 0; i < labels.length; i++) {
      if (!(listed.get(i) instanceof Long label) || label < 0 || label >= names.size()) {
        throw new BadInputException(
            file
                + " gives picture "
                + i
                + " the label "
                + (listed.get(i) instanceof Long number ? number : "that is no number")
                + ": expected 0 to "
                + (names.size() - 1));
      }
      labels[i] = Math.toIntExact(label);
    }
    return new MemoryDataset(SHAPE, data.content(), labels, String::valueOf, names);
  }

  private static List<String> names(Path batch, boolean fine) {
    Path meta = batch.resolveSibling(fine ? "meta" : "batches.meta");
    if (!Files.exists(meta)) {
      return IntStream.range(0, fine ? 100 : 10).mapToObj(String::valueOf).toList();
    }
    Object names = dictionary(meta).get(fine ? "fine_label_names" : "label_names");
    if (!(names instanceof List<?> list) || list.isEmpty() || list.size() > MOST_CLASSES) {
      throw new BadInputException(meta + " names no classes: expected a list of texts");
    }
    return list.stream()
        .map(
            name -> {
              if (SafePickle.plain(name) instanceof String text) {
                return text;
              }
              throw new BadInputException(meta + " names a class by no text: expected texts");
            })
        .toList();
  }

  private static Map<?, ?> dictionary(Path file) {
    if (SafePickle.read(RegularFile.read(file, MAX_BYTES), file) instanceof Map<?, ?> map) {
      return map;
    }
    throw new BadInputException(file + " is a pickle of something else: expected a dictionary");
  }

  private static List<Path> files(Path folder, Split split) {
    List<Path> batches = new ArrayList<>();
    if (split == Split.TRAIN) {
      for (int i = 1; i <= 5; i++) {
        batches.add(folder.resolve("data_batch_" + i));
      }
      batches.add(folder.resolve("train"));
    } else {
      batches.add(folder.resolve("test_batch"));
      batches.add(folder.resolve("test"));
    }
    return batches.stream().filter(CifarPickle::isBatch).toList();
  }
}
