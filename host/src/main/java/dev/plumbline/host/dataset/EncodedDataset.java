package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
  private final ClippedPictures clipped;
  private final PictureShape shape;

  /** Of the pictures that were decoded: an archive may be closed by when somebody asks. */
  private final AtomicReferenceArray<Place> places;

  private EncodedDataset(
      PictureSource source,
      List<Listing.Item> items,
      int[] classes,
      List<String> classNames,
      Geometry geometry,
      ClippedPictures clipped) {
    this.source = source;
    this.items = items;
    this.classes = classes;
    this.classNames = classNames;
    this.geometry = geometry;
    this.clipped = clipped;
    this.places = new AtomicReferenceArray<>(items.size());
    this.shape = decoded(0).shape();
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
    ClippedPictures clipped = new ClippedPictures();
    if (request.skipBroken()) {
      items = whole(source, items, geometry, clipped);
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
            clipped);
    long bytes = (long) data.size() * data.shape().bytes();
    if (bytes <= mostBytes) {
      Dataset held = PartOfWhole.of(MemoryDataset.holding(data), listing, request.range());
      return new OpenedData(held, leftOut, clipped.warning());
    }
    if (lazily) {
      return new OpenedData(
          PartOfWhole.of(data, listing, request.range()), leftOut, clipped.warning());
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
      PictureSource source, List<Listing.Item> items, Geometry geometry, ClippedPictures clipped) {
    BadInputException[] refused = new BadInputException[items.size()];
    IntStream.range(0, items.size())
        .parallel()
        .forEach(
            i -> {
              try {
                geometry.apply(seen(source, items.get(i), geometry, clipped));
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

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public PictureShape shape() {
    return shape;
  }

  /**
   * @throws BadInputException if the file is no picture, or one of another size
   */
  @Override
  public Picture picture(int index) {
    Picture picture = decoded(index);
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

  private Picture decoded(int index) {
    Picture seen = seen(source, items.get(index), geometry, clipped);
    places.set(index, geometry.apply(Place.unchanged(seen.shape())));
    return geometry.apply(seen);
  }

  /** A file's picture before it is brought to a size. */
  private static Picture seen(
      PictureSource source, Listing.Item item, Geometry geometry, ClippedPictures clipped) {
    byte[] file = source.read(item.path());
    String name = source.name() + "/" + item.path();
    Decoded decoded = PictureDecoder.decoded(file, name);
    clipped.note(name, decoded);
    return geometry.seen(decoded, file, name);
  }

  @Override
  public Place place(int index) {
    if (places.get(index) == null) {
      decoded(index);
    }
    return places.get(index);
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
