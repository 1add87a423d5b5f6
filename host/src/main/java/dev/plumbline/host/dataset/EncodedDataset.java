package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Pictures from encoded files. They are decoded once, in parallel, when the data is opened, as long
 * as they fit; what is too big for that is read picture by picture, each time one is asked for.
 */
final class EncodedDataset implements Dataset {
  private final PictureSource source;
  private final List<Listing.Item> items;
  private final int[] classes;
  private final List<String> classNames;
  private final Geometry geometry;
  private final Picture first;

  private EncodedDataset(
      PictureSource source,
      List<Listing.Item> items,
      int[] classes,
      List<String> classNames,
      Geometry geometry,
      Picture first) {
    this.source = source;
    this.items = items;
    this.classes = classes;
    this.classNames = classNames;
    this.geometry = geometry;
    this.first = first;
  }

  /** Decoded pictures may take half of the memory, and one array. */
  static long mostBytes() {
    return Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * @param listing which pictures of the source
   * @param geometry what every picture goes through once it is decoded
   * @param mostBytes how many bytes of pixels may be held
   * @param lazily whether the source can be read later, where they are more
   * @throws BadInputException as {@link Datasets#open} says
   */
  static OpenedData open(
      PictureSource source,
      Listing listing,
      DataRequest request,
      Geometry geometry,
      long mostBytes,
      boolean lazily) {
    Listing ranged = listing.range(request.range(), source.name());
    List<Listing.Item> items = ranged.pictures();
    LeftOut leftOut = ranged.leftOut();
    if (request.skipBroken()) {
      items = whole(source, items, geometry);
      leftOut = leftOut.withBroken(ranged.pictures().size() - items.size());
    }
    int[] classes = request.labels().classesOf(listing.names(), source.name());
    EncodedDataset data =
        new EncodedDataset(
            source,
            items,
            classes,
            request.labels().classNames(listing.names(), classes),
            geometry,
            decode(source, items.get(0), geometry));
    long bytes = (long) data.size() * data.shape().bytes();
    if (bytes <= mostBytes) {
      return new OpenedData(data.inMemory(), leftOut);
    }
    if (lazily) {
      return new OpenedData(data, leftOut);
    }
    throw new BadInputException(
        source.name()
            + " holds "
            + bytes
            + " bytes of pixels, more than the "
            + mostBytes
            + " that fit: unpack it into a folder, which is read as needed, or give a range");
  }

  /** The pictures that can be decoded, in order. */
  private static List<Listing.Item> whole(
      PictureSource source, List<Listing.Item> items, Geometry geometry) {
    BadInputException[] refused = new BadInputException[items.size()];
    IntStream.range(0, items.size())
        .parallel()
        .forEach(
            i -> {
              try {
                decode(source, items.get(i), geometry);
              } catch (BadInputException e) {
                refused[i] = e;
              }
            });
    List<Listing.Item> whole = new ArrayList<>();
    for (int i = 0; i < refused.length; i++) {
      if (refused[i] == null) {
        whole.add(items.get(i));
      }
    }
    if (whole.isEmpty()) {
      throw new BadInputException(
          source.name() + " holds broken pictures only: " + refused[0].getMessage(), refused[0]);
    }
    return whole;
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
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            e -> {
              throw e;
            });
    int[] labels =
        items.stream()
            .mapToInt(i -> i.label() == Listing.NO_LABEL ? i.label() : classes[i.label()])
            .toArray();
    return new MemoryDataset(shape(), pixels, labels, this::name, classNames());
  }

  @Override
  public int size() {
    return items.size();
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
    Picture picture = decode(source, items.get(index), geometry);
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
              + " (channels x height x width): expected all to be of one size, or"
              + " --resize WxH, --letterbox or --crop, which bring them to one");
    }
    return picture;
  }

  private static Picture decode(PictureSource source, Listing.Item item, Geometry geometry) {
    byte[] file = source.read(item.path());
    String name = source.name() + "/" + item.path();
    return geometry.apply(PictureDecoder.decoded(file, name), file, name);
  }

  @Override
  public int label(int index) {
    int label = items.get(index).label();
    if (label == Listing.NO_LABEL) {
      throw Dataset.noLabels(source.name());
    }
    return classes[label];
  }

  @Override
  public boolean isLabelled() {
    return items.get(0).label() != Listing.NO_LABEL;
  }

  @Override
  public String name(int index) {
    return items.get(index).path();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }
}
