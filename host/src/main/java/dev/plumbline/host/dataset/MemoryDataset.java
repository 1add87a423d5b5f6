package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Pictures that are held in memory, one after the other in one array. */
final class MemoryDataset implements Dataset {
  private final PictureShape shape;
  private final byte[] pixels;
  private final int[] labels;
  private final IntFunction<String> names;
  private final IntFunction<Place> places;
  private final List<String> classNames;

  /**
   * @param pixels of all pictures, each as in {@link Picture#pixels()}; not to be changed
   * @param labels one per picture, each below {@code classNames.size()}, or each {@link
   *     Listing#NO_LABEL}; not to be changed
   * @param names of the pictures, by index
   */
  MemoryDataset(
      PictureShape shape,
      byte[] pixels,
      int[] labels,
      IntFunction<String> names,
      List<String> classNames) {
    this(shape, pixels, labels, names, classNames, index -> Place.unchanged(shape));
  }

  private MemoryDataset(
      PictureShape shape,
      byte[] pixels,
      int[] labels,
      IntFunction<String> names,
      List<String> classNames,
      IntFunction<Place> places) {
    if (pixels.length != (long) labels.length * shape.bytes()) {
      throw new IllegalArgumentException(
          pixels.length + " bytes for " + labels.length + " pictures of " + shape);
    }
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.names = names;
    this.places = places;
    this.classNames = List.copyOf(classNames);
  }

  /** Pixels that are held may take half of the memory, and one array. */
  static long mostBytes() {
    return Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * The same pictures in memory, each asked for once, in parallel.
   *
   * @throws BadInputException what the first picture that is bad says
   */
  static Dataset holding(Dataset data) {
    int bytes = data.shape().bytes();
    int size = data.size();
    byte[] pixels = new byte[Math.multiplyExact(size, bytes)];
    BadInputException[] refused = new BadInputException[size];
    IntStream.range(0, size)
        .parallel()
        .forEach(
            i -> {
              try {
                System.arraycopy(data.picture(i).pixels(), 0, pixels, i * bytes, bytes);
              } catch (BadInputException e) {
                refused[i] = e;
              }
            });
    // Whichever thread comes first, the message is about the first picture that is bad.
    Arrays.stream(refused)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            e -> {
              throw e;
            });
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = data.isLabelled() ? data.label(i) : Listing.NO_LABEL;
    }
    return new MemoryDataset(
        data.shape(), pixels, labels, data::name, data.classNames(), data::place);
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public PictureShape shape() {
    return shape;
  }

  @Override
  public Picture picture(int index) {
    int at = Objects.checkIndex(index, labels.length) * shape.bytes();
    return new Picture(shape, Arrays.copyOfRange(pixels, at, at + shape.bytes()));
  }

  @Override
  public int label(int index) {
    requireLabels();
    return labels[index];
  }

  @Override
  public boolean isLabelled() {
    return labels.length == 0 || labels[0] != Listing.NO_LABEL;
  }

  @Override
  public String name(int index) {
    return names.apply(Objects.checkIndex(index, labels.length));
  }

  @Override
  public Place place(int index) {
    return places.apply(Objects.checkIndex(index, labels.length));
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }
}
