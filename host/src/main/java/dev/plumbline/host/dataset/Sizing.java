package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/** Which size a picture is brought to, before it is cropped. */
public sealed interface Sizing {
  /** The longest side that is made, in pixels. */
  int MAX_SIDE = 8192;

  /** A picture of that size, of the same channels. */
  Picture apply(Picture picture, Resampling resampling);

  /** Where the picture that {@link #apply} makes lies in its file. */
  Place apply(Place place);

  /** As options, jobs and metadata say it. */
  String text();

  /**
   * The shorter side gets a length, the longer follows, cut to whole pixels as torchvision does.
   *
   * @param length in pixels
   */
  record ShorterSide(int length) implements Sizing {
    public ShorterSide {
      requireSide(length);
    }

    @Override
    public Picture apply(Picture picture, Resampling resampling) {
      Extent size = size(picture.shape().width(), picture.shape().height());
      return resampling.resize(picture, size.width(), size.height());
    }

    @Override
    public Place apply(Place place) {
      Extent size = size(place.width(), place.height());
      return place.resized(size.width(), size.height());
    }

    private Extent size(int width, int height) {
      int shorter = Math.min(width, height);
      int longer = Math.max(width, height);
      double follows = (double) length * longer / shorter;
      if (follows > MAX_SIDE) {
        throw new BadInputException(
            "a picture of "
                + width
                + " x "
                + height
                + " pixels, its shorter side brought to "
                + length
                + ", gets a side of "
                + (long) follows
                + ": expected at most "
                + MAX_SIDE
                + " pixels, or resizing to WxH");
      }
      boolean wide = width > height;
      return new Extent(wide ? (int) follows : length, wide ? length : (int) follows);
    }

    @Override
    public String text() {
      return Integer.toString(length);
    }
  }

  /** Both sides get a length, whatever becomes of the proportions. */
  record Exact(Extent size) implements Sizing {
    @Override
    public Picture apply(Picture picture, Resampling resampling) {
      return resampling.resize(picture, size.width(), size.height());
    }

    @Override
    public Place apply(Place place) {
      return place.resized(size.width(), size.height());
    }

    @Override
    public String text() {
      return size.text();
    }
  }

  /**
   * The whole picture, its proportions kept, in the middle of a frame; rounded as Ultralytics' YOLO
   * does.
   *
   * @param size of the frame
   * @param value of the frame's pixels, 0 to 255
   */
  record Letterbox(Extent size, int value) implements Sizing {
    /** The grey that YOLO pads with. */
    public static final int GREY = 114;

    public Letterbox {
      if (value < 0 || value > 255) {
        throw new IllegalArgumentException(
            "the letterbox's value is " + value + ", expected 0 to 255");
      }
    }

    @Override
    public Picture apply(Picture picture, Resampling resampling) {
      Place place = apply(Place.unchanged(picture.shape()));
      Extent inner = inner(picture.shape().width(), picture.shape().height());
      Picture resized = resampling.resize(picture, inner.width(), inner.height());
      return Placement.of(resized, size, (int) place.left(), (int) place.top(), value);
    }

    @Override
    public Place apply(Place place) {
      Extent inner = inner(place.width(), place.height());
      int left = (int) Math.rint((size.width() - inner.width()) / 2.0 - 0.1);
      int top = (int) Math.rint((size.height() - inner.height()) / 2.0 - 0.1);
      return place.resized(inner.width(), inner.height()).framed(size, left, top);
    }

    /** Size of the picture in the frame. */
    private Extent inner(int width, int height) {
      double scale = Math.min((double) size.height() / height, (double) size.width() / width);
      return new Extent(
          Math.max(1, (int) Math.rint(width * scale)),
          Math.max(1, (int) Math.rint(height * scale)));
    }

    @Override
    public String text() {
      return size.text() + "," + value;
    }
  }

  /** Reads {@code N} or {@code WxH}. */
  static Sizing parseResize(String text) {
    return text.indexOf('x') < 0
        ? new ShorterSide(Extent.side(text, text))
        : new Exact(Extent.parse(text));
  }

  /** Reads {@code WxH} or {@code WxH,VALUE}. */
  static Sizing parseLetterbox(String text) {
    int comma = text.indexOf(',');
    if (comma < 0) {
      return new Letterbox(Extent.parse(text), Letterbox.GREY);
    }
    try {
      return new Letterbox(
          Extent.parse(text.substring(0, comma)),
          Integer.parseInt(text.substring(comma + 1).strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' cannot be read, expected WxH or WxH,VALUE such as 640x640,114", e);
    }
  }

  private static void requireSide(int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new IllegalArgumentException(
          "a side of " + side + " pixels, expected 1 to " + MAX_SIDE);
    }
  }
}
