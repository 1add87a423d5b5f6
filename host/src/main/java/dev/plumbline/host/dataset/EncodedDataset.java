package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pictures from PNG and JPEG files. They are decoded once, in parallel, when the data is opened, as
 * long as they fit; a folder too big for that is read picture by picture, each time one is asked
 * for.
 */
final class EncodedDataset implements Dataset {
  private final PictureSource source;
  private final ClassFolders folders;
  private final Geometry geometry;
  private final Picture first;

  private EncodedDataset(
      PictureSource source, ClassFolders folders, Geometry geometry, Picture first) {
    this.source = source;
    this.folders = folders;
    this.geometry = geometry;
    this.first = first;
  }

  /**
   * @param split which one, or null for all
   * @param range which pictures, or null for all
   * @param geometry what every picture goes through once it is decoded
   * @throws BadInputException as {@link Datasets#open} says
   */
  static Dataset openFolder(Path folder, Split split, Range range, Geometry geometry) {
    return open(new FolderSource(folder), split, range, geometry, mostBytes(), true);
  }

  /** Likewise, of a zip file, which has to fit into memory. */
  static Dataset openZip(Path file, Split split, Range range, Geometry geometry) {
    try (ZipSource zip = new ZipSource(file)) {
      return open(zip, split, range, geometry, mostBytes(), false);
    }
  }

  /** Decoded pictures may take half of the memory, and one array. */
  private static long mostBytes() {
    return Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * @param mostBytes how many bytes of pixels may be held
   * @param lazily whether the source can be read later, where they are more
   */
  static Dataset open(
      PictureSource source,
      Split split,
      Range range,
      Geometry geometry,
      long mostBytes,
      boolean lazily) {
    ClassFolders folders = ClassFolders.in(source, split);
    if (range != null) {
      int end = range.end(folders.pictures().size(), source.name());
      folders =
          new ClassFolders(folders.classNames(), folders.pictures().subList(range.from(), end));
    }
    Picture first = decode(source, folders.pictures().get(0), geometry);
    EncodedDataset data = new EncodedDataset(source, folders, geometry, first);
    long bytes = (long) data.size() * first.shape().bytes();
    if (bytes <= mostBytes) {
      return data.inMemory();
    }
    if (lazily) {
      return data;
    }
    throw new BadInputException(
        source.name()
            + " holds "
            + bytes
            + " bytes of pixels, more than the "
            + mostBytes
            + " that fit: unpack it into a folder, which is read as needed, or give a range");
  }

  private Dataset inMemory() {
    int bytes = shape().bytes();
    byte[] pixels = new byte[size() * bytes];
    BadInputException[] refused = new BadInputException[size()];
    IntStream.range(0, size())
        .parallel()
        .forEach(
            i -> {
              try {
                System.arraycopy(picture(i).pixels(), 0, pixels, i * bytes, bytes);
              } catch (BadInputException e) {
                refused[i] = e;
              }
            });
    // Whichever thread comes first, the message is about the first picture that is bad.
    Arrays.stream(refused)
        .filter(e -> e != null)
        .findFirst()
        .ifPresent(
            e -> {
              throw e;
            });
    int[] labels = folders.pictures().stream().mapToInt(ClassFolders.Item::label).toArray();
    return new MemoryDataset(shape(), pixels, labels, this::name, classNames());
  }

  @Override
  public int size() {
    return folders.pictures().size();
  }

  @Override
  public PictureShape shape() {
    return first.shape();
  }

  /**
   * @throws BadInputException if the file is no picture, or one of another size
   */
  @Override
  public Picture picture(int index) {
    Picture picture = decode(source, folders.pictures().get(index), geometry);
    if (!picture.shape().equals(shape())) {
      throw new BadInputException(
          source.name()
              + "/"
              + name(index)
              + " is a picture of "
              + picture.shape()
              + ", but "
              + name(0)
              + " is one of "
              + shape()
              + " (channels x height x width): expected all to be of one size");
    }
    return picture;
  }

  private static Picture decode(PictureSource source, ClassFolders.Item item, Geometry geometry) {
    return geometry.apply(
        PictureDecoder.decode(source.read(item.path()), source.name() + "/" + item.path()));
  }

  @Override
  public int label(int index) {
    return folders.pictures().get(index).label();
  }

  @Override
  public String name(int index) {
    return folders.pictures().get(index).path();
  }

  @Override
  public List<String> classNames() {
    return folders.classNames();
  }
}
