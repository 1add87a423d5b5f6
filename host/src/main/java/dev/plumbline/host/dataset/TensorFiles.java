package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Data that are no pictures: an {@code .npy} or {@code .npz} file of many inputs, one after the
 * other along its first dimension, or a folder with a file for each.
 */
final class TensorFiles {
  private static final String NPY = ".npy";
  private static final String NPZ = ".npz";
  private static final List<String> DATA = List.of("x", "data", "inputs", "input");
  private static final List<String> LABELS = List.of("y", "labels", "label", "targets");

  /** Of labels beside a file of many inputs. */
  private static final String LABELS_FILE = "labels.npy";

  /** Up to here float32 knows all whole numbers. */
  private static final double LARGEST_WHOLE = 1 << 24;

  private static final int MOST_CLASSES = 1_000_000;

  private TensorFiles() {}

  static boolean isName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return name.endsWith(NPY) || name.endsWith(NPZ);
  }

  /** A file of many inputs. */
  static Dataset openFile(Path file, DataRequest request) {
    NpyFile inputs;
    Optional<NpyFile> labels = Optional.empty();
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(NPZ)) {
      Map<String, NpyFile> arrays = NpzFile.read(file);
      inputs = inputs(arrays, file);
      labels = LABELS.stream().filter(arrays::containsKey).findFirst().map(arrays::get);
    } else {
      inputs = NpyFile.read(file);
      Path beside = file.resolveSibling(LABELS_FILE);
      if (!request.labels().unlabelled() && Files.exists(beside)) {
        labels = Optional.of(NpyFile.read(beside));
      }
    }
    return many(file, inputs, request.labels().unlabelled() ? Optional.empty() : labels);
  }

  private static NpyFile inputs(Map<String, NpyFile> arrays, Path file) {
    List<String> candidates =
        arrays.keySet().stream().filter(name -> !LABELS.contains(name)).toList();
    Optional<String> called = DATA.stream().filter(arrays::containsKey).findFirst();
    if (called.isEmpty() && candidates.size() != 1) {
      throw new BadInputException(
          file
              + " holds the arrays "
              + String.join(", ", arrays.keySet())
              + ": expected one of inputs, called "
              + String.join(", ", DATA)
              + " where there are others, and labels as "
              + String.join(", ", LABELS));
    }
    return arrays.get(called.orElseGet(() -> candidates.get(0)));
  }

  private static Dataset many(Path file, NpyFile array, Optional<NpyFile> labels) {
    List<Integer> dims = array.shape();
    if (dims.isEmpty() || array.values().length == 0) {
      throw new BadInputException(
          file
              + " holds an array of shape "
              + dims
              + ": expected inputs one after the other along the first dimension, at least one");
    }
    int size = dims.get(0);
    requireRoom(file.toString(), array.values().length);
    TensorShape shape = new TensorShape(dims.subList(1, dims.size()));
    float[] values = floats(array, file.toString());
    List<TensorInput> inputs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int at = i * shape.elements();
      inputs.add(new TensorInput(shape, Arrays.copyOfRange(values, at, at + shape.elements())));
    }
    int[] numbers = new int[size];
    Arrays.fill(numbers, Listing.NO_LABEL);
    labels.ifPresent(given -> System.arraycopy(labels(given, size, file), 0, numbers, 0, size));
    int classes = Arrays.stream(numbers).max().orElse(Listing.NO_LABEL) + 1;
    return new TensorDataset(
        file.toString(),
        shape,
        inputs,
        numbers,
        IntStream.range(0, size).mapToObj(String::valueOf).toList(),
        IntStream.range(0, classes).mapToObj(String::valueOf).toList());
  }

  private static int[] labels(NpyFile labels, int size, Path file) {
    if (labels.values().length != size || !labels.shape().contains(size) && size > 1) {
      throw new BadInputException(
          file
              + " holds "
              + size
              + " inputs and labels of shape "
              + labels.shape()
              + ": expected a label for each");
    }
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      double label = labels.values()[i];
      if (label != Math.rint(label) || !(label >= 0 && label < MOST_CLASSES)) {
        throw new BadInputException(
            file
                + " gives input "
                + i
                + " the label "
                + label
                + ": expected a whole number of 0 to "
                + (MOST_CLASSES - 1));
      }
      numbers[i] = (int) label;
    }
    return numbers;
  }

  /**
   * Files with an input each.
   *
   * @param source whose files are called as {@link #isName} says
   */
  static OpenedData openFolder(PictureSource source, Path folder, DataRequest request) {
    Listing whole =
        request.labels().unlabelled()
            ? ClassFolders.unlabelled(source, request.split())
            : ClassFolders.in(source, request.split());
    Listing listing = whole.range(request.range(), source.name());
    List<TensorInput> inputs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    int[] classes = request.labels().classesOf(listing.names(), source.name());
    int broken = 0;
    long elements = 0;
    for (Listing.Item item : listing.pictures()) {
      String name = source.name() + "/" + item.path();
      TensorInput input;
      try {
        input = one(folder.resolve(item.path()), name);
      } catch (BadInputException e) {
        if (!request.skipBroken()) {
          throw e;
        }
        broken++;
        continue;
      }
      if (!inputs.isEmpty() && !input.shape().equals(inputs.get(0).shape())) {
        throw new BadInputException(
            name
                + " holds a tensor of "
                + input.shape()
                + ", but "
                + names.get(0)
                + " one of "
                + inputs.get(0).shape()
                + ": expected all to be of one shape");
      }
      elements += input.shape().elements();
      requireRoom(source.name(), elements);
      inputs.add(input);
      names.add(item.path());
      labels.add(item.label() == Listing.NO_LABEL ? item.label() : classes[item.label()]);
    }
    if (inputs.isEmpty()) {
      throw new BadInputException(source.name() + " holds broken tensors only");
    }
    Dataset data =
        new TensorDataset(
            source.name(),
            inputs.get(0).shape(),
            inputs,
            labels.stream().mapToInt(Integer::intValue).toArray(),
            names,
            request.labels().classNames(listing.names(), classes));
    return new OpenedData(
        PartOfWhole.of(data, whole, request.range()),
        listing.leftOut().withBroken(broken),
        Optional.empty());
  }

  private static TensorInput one(Path file, String name) {
    NpyFile array =
        file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(NPZ)
            ? inputs(NpzFile.read(file), file)
            : NpyFile.read(file);
    if (array.values().length == 0) {
      throw new BadInputException(
          name + " holds an array of shape " + array.shape() + ": expected numbers in it");
    }
    return new TensorInput(new TensorShape(array.shape()), floats(array, name));
  }

  private static void requireRoom(String name, long elements) {
    if (elements * Float.BYTES > MemoryDataset.mostBytes()) {
      throw new BadInputException(
          name
              + " holds more than the "
              + MemoryDataset.mostBytes()
              + " bytes of numbers that fit: expected less, or a range of its files");
    }
  }

  /** As models get them: float32, in which whole numbers stay what they are. */
  private static float[] floats(NpyFile array, String name) {
    float[] values = new float[array.values().length];
    for (int i = 0; i < values.length; i++) {
      double value = array.values()[i];
      values[i] = (float) value;
      if (!Float.isFinite(values[i])) {
        throw new BadInputException(
            name
                + " holds "
                + (Double.isNaN(value) ? "not a number" : value)
                + " at "
                + i
                + ": expected finite numbers that float32 has");
      }
      if (array.type().isWhole() && Math.abs(value) > LARGEST_WHOLE) {
        throw new BadInputException(
            name
                + " holds the whole number "
                + (long) value
                + " at "
                + i
                + ": expected at most "
                + (long) LARGEST_WHOLE
                + ", up to which float32 has them all");
      }
    }
    return values;
  }
}
