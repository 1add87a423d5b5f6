package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.util.Optional;

/**
 * How a file's pixels become a picture of the model's resolution. What comes out is what is
 * searched, saved, sent to devices and judged. In this order:
 *
 * <ol>
 *   <li>the decoder turns the picture as the camera was held and lays alpha over the background;
 *   <li>colour becomes grey, or grey colour, where the model wants it;
 *   <li>it is resized, or set into a frame;
 *   <li>its middle is cropped.
 * </ol>
 *
 * @param sizing how it is resized; absent where it keeps its size
 * @param crop the middle that is kept; absent for all
 * @param resampling how it is resized
 * @param orientation whether the EXIF orientation of a file is applied or not
 * @param background what is behind transparent pixels; absent where transparency is refused
 * @param channels 1 for grey or 3 for RGB; absent for pictures as they are stored
 */
public record Geometry(
    Optional<Sizing> sizing,
    Optional<Extent> crop,
    Resampling resampling,
    Orientation.Handling orientation,
    Optional<Background> background,
    Optional<Integer> channels) {
  private static final Geometry NONE =
      new Geometry(
          Optional.empty(),
          Optional.empty(),
          Resampling.DEFAULT,
          Orientation.Handling.APPLIED,
          Optional.empty(),
          Optional.empty());

  /** Leaves pictures as they are decoded: they must have the model's size. */
  public static Geometry none() {
    return NONE;
  }

  /** This for a model of so many channels; only grey and colour are made of each other. */
  Geometry forChannels(int wanted) {
    Optional<Integer> convertible =
        wanted == 1 || wanted == 3 ? Optional.of(wanted) : Optional.empty();
    return new Geometry(sizing, crop, resampling, orientation, background, convertible);
  }

  /** Whether pictures of a shape stay as they are. */
  boolean keeps(PictureShape shape) {
    return sizing.isEmpty()
        && crop.isEmpty()
        && (channels.isEmpty() || channels.get() == shape.channels());
  }

  /**
   * A file's picture at the model's resolution.
   *
   * @param decoded as stored
   * @param file what it was decoded from
   * @param name what to call the file in messages
   * @throws BadInputException if it has transparent pixels and there is no background, or the size
   *     that follows is out of bounds
   */
  Picture apply(Decoded decoded, byte[] file, String name) {
    return apply(seen(decoded, file, name));
  }

  /**
   * A file's picture as it is seen, before it is brought to a size.
   *
   * @param decoded as stored
   * @param file what it was decoded from
   * @param name what to call the file in messages
   * @throws BadInputException if it has transparent pixels and there is no background
   */
  Picture seen(Decoded decoded, byte[] file, String name) {
    Picture opaque = Background.under(decoded, background, name);
    return orientation == Orientation.Handling.APPLIED
        ? ExifOrientation.of(file).apply(opaque)
        : opaque;
  }

  /** Where the picture that {@link #apply(Picture)} makes lies in its file. */
  Place apply(Place place) {
    Place sized = sizing.map(how -> how.apply(place)).orElse(place);
    return crop.map(size -> Placement.centreCrop(sized, size)).orElse(sized);
  }

  /**
   * A picture at the model's resolution; the same one where nothing is to be done.
   *
   * @param decoded turned and without alpha
   * @throws BadInputException if the size that follows is out of bounds
   */
  public Picture apply(Picture decoded) {
    boolean toGrey = decoded.shape().channels() == 3 && channels.equals(Optional.of(1));
    Picture source = toGrey ? Colours.grey(decoded) : decoded;
    Picture sized = sizing.map(how -> how.apply(source, resampling)).orElse(source);
    Picture cropped = crop.map(size -> Placement.centreCrop(sized, size)).orElse(sized);
    // Last, as a third of the work is enough for equal channels.
    boolean toColour = cropped.shape().channels() == 1 && channels.equals(Optional.of(3));
    return toColour ? Colours.rgb(cropped) : cropped;
  }
}
