package dev.plumbline.host.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The exact way from a decoded file to model input: the geometry makes a picture of the model's
 * resolution of it, and the arithmetic a number of each pixel p of channel c, {@code (scale(p) -
 * mean[c]) / std[c]}, each operation rounded to float32.
 *
 * @param mean per channel of the model's input, in its channel order (blue first for BGR), of
 *     scaled pixels
 * @param std likewise, above 0
 * @param layout how the model wants its input laid out
 * @param channelOrder how the model wants its channels ordered
 * @param scale from a pixel's value to what the mean is taken off
 * @param geometry from a decoded picture to one of the model's resolution
 */
public record Preprocessing(
    List<Float> mean,
    List<Float> std,
    Layout layout,
    ChannelOrder channelOrder,
    Scale scale,
    Geometry geometry) {

  /** Layout of the model's input. */
  public enum Layout {
    NCHW,
    NHWC,
    /** Inputs are no pictures: the model gets the numbers of tensors as they are. */
    TENSOR
  }

  /** What people call the inputs of most models. */
  public static final String PICTURES = "pictures";

  private static final Preprocessing TENSORS =
      new Preprocessing(
          List.of(0f),
          List.of(1f),
          Layout.TENSOR,
          ChannelOrder.RGB,
          new Scale(1, 1, 0),
          Geometry.none());

  /** Of models whose inputs are tensors: nothing is done to them. */
  public static Preprocessing tensors() {
    return TENSORS;
  }

  /** What people call several inputs. */
  public String nouns() {
    return isOfTensors() ? "inputs" : PICTURES;
  }

  /** Whether inputs are tensors. */
  public boolean isOfTensors() {
    return layout == Layout.TENSOR;
  }

  /** Order of the channels in the model's input; a picture is always RGB. */
  public enum ChannelOrder {
    RGB,
    BGR
  }

  /** Normalised inputs span a few units from black to white, pixels as they are span 255. */
  private static final int RAW_RANGE = 32;

  private static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          mean.size()
              + " means and "
              + std.size()
              + " standard deviations (std), expected as many of each, or one");
    }
    for (float s : std) {
      if (!(s > 0) || Float.isInfinite(s)) {
        throw new IllegalArgumentException(
            "std " + s + " is no standard deviation, expected a number above 0");
      }
    }
    for (float m : mean) {
      if (!Float.isFinite(m)) {
        throw new IllegalArgumentException("mean " + m + " is no number, expected a finite one");
      }
    }
    geometry = layout == Layout.TENSOR ? geometry : geometry.forChannels(mean.size());
  }

  /** Pixels scaled to the range of 0 to 1, of pictures that have the model's resolution. */
  public Preprocessing(
      List<Float> mean, List<Float> std, Layout layout, ChannelOrder channelOrder) {
    this(mean, std, layout, channelOrder, Scale.UNIT, Geometry.none());
  }

  /** This for pictures that have the model's resolution. */
  public Preprocessing withoutGeometry() {
    return new Preprocessing(mean, std, layout, channelOrder, scale, Geometry.none());
  }

  /** Channels of the pictures that this takes. */
  public int channels() {
    return mean.size();
  }

  /** The picture's channel that feeds a channel of the model's input. */
  public int pictureChannel(int modelChannel) {
    return channelOrder == ChannelOrder.RGB ? modelChannel : channels() - 1 - modelChannel;
  }

  /**
   * What the model gets for each value of an 8-bit pixel.
   *
   * @param modelChannel a channel of the model's input
   * @return 256 values, by pixel value
   */
  public float[] table(int modelChannel) {
    float[] table = new float[256];
    for (int p = 0; p < 256; p++) {
      table[p] = (scale.of(p) - mean.get(modelChannel)) / std.get(modelChannel);
    }
    return table;
  }

  /**
   * The unit that steps of published searches are taken in: theirs are steps of a normalised input,
   * and of the [0,1] range where the model takes pixels that are not normalised.
   *
   * @param modelChannel a channel of the model's input
   * @return 1, or what lies between black and white where that is as far as pixels are apart
   */
  public float stepUnit(int modelChannel) {
    float range = 255 / scale.pixelsPerUnit() / std.get(modelChannel);
    return range >= RAW_RANGE ? range : 1;
  }

  /**
   * Writes an input as the model gets it.
   *
   * @param input a tensor, where this is of tensors, and else a picture
   * @param into receives {@code input.shape().elements()} floats in the model's layout
   * @param offset where the first of them goes
   */
  public void toInput(Input input, float[] into, int offset) {
    if (input instanceof TensorInput tensor && isOfTensors()) {
      System.arraycopy(tensor.values(), 0, into, offset, tensor.values().length);
    } else if (input instanceof Picture picture && !isOfTensors()) {
      toInput(picture, into, offset);
    } else {
      throw new IllegalArgumentException(input + " with the preprocessing " + this);
    }
  }

  /**
   * Writes a picture as model input.
   *
   * @param picture has {@link #channels()} channels
   * @param into receives {@code picture.shape().bytes()} floats in the model's layout
   * @param offset where the picture's first float goes
   */
  public void toInput(Picture picture, float[] into, int offset) {
    int channels = channels();
    PictureShape shape = picture.shape();
    if (shape.channels() != channels) {
      throw new IllegalArgumentException(
          "a picture of " + shape.channels() + " channels for " + channels);
    }
    int plane = shape.height() * shape.width();
    byte[] pixels = picture.pixels();
    for (int c = 0; c < channels; c++) {
      float[] table = table(c);
      int from = pictureChannel(c) * plane;
      for (int i = 0; i < plane; i++) {
        int at = layout == Layout.NCHW ? c * plane + i : i * channels + c;
        into[offset + at] = table[Byte.toUnsignedInt(pixels[from + i])];
      }
    }
  }

  /**
   * The picture nearest to a model input: denormalised, rounded half to even, clipped to 0..255.
   *
   * @param shape of the picture
   * @param input model input in the model's layout
   * @param offset where the picture's first float is
   */
  public Picture toPicture(PictureShape shape, float[] input, int offset) {
    int channels = channels();
    int plane = shape.height() * shape.width();
    byte[] pixels = new byte[shape.bytes()];
    for (int c = 0; c < channels; c++) {
      int to = pictureChannel(c) * plane;
      for (int i = 0; i < plane; i++) {
        int at = layout == Layout.NCHW ? c * plane + i : i * channels + c;
        float value =
            (input[offset + at] * std.get(c) + mean.get(c) - scale.offset())
                * scale.pixelsPerUnit();
        pixels[to + i] = (byte) Math.max(0, Math.min(255, Math.rint(value)));
      }
    }
    return new Picture(shape, pixels);
  }

  @Override
  public String toString() {
    if (isOfTensors()) {
      return "tensors as they are";
    }
    return "mean "
        + Arrays.toString(mean.toArray())
        + ", std "
        + Arrays.toString(std.toArray())
        + ", "
        + layout
        + ", "
        + channelOrder
        + rest();
  }

  /** What is not the default, as options. */
  private String rest() {
    PreprocessingEntries entries = PreprocessingEntries.of(this);
    String scaled =
        entries.value(PreprocessingEntries.Key.SCALE).map(t -> ", scale " + t).orElse("");
    String pictures = entries.only(true).asOptions();
    return scaled + (pictures.isEmpty() ? "" : ", " + pictures);
  }

  /**
   * Why mean and std cannot be those of scaled pixels, if they cannot: the commonest mistake is to
   * give them for 0 to 255 where pixels are scaled to 0 to 1, or the other way round.
   *
   * @return a sentence without its end that says what was found and what was expected
   */
  public Optional<String> wrongUnit() {
    if (isOfTensors()) {
      return Optional.empty();
    }
    float low = scale.of(0);
    float high = scale.of(255);
    float range = high - low;
    boolean beyond =
        mean.stream().anyMatch(m -> m < low - range || m > high + range)
            || std.stream().anyMatch(s -> s > 4 * range);
    if (beyond) {
      return Optional.of(
          "mean "
              + mean
              + " and std "
              + std
              + " do not fit pixels that are scaled to "
              + low
              + ".."
              + high
              + " (scale "
              + scale.text()
              + "), expected "
              + (scale.equals(Scale.UNIT)
                  ? "numbers on the 0..1 scale, here mean "
                      + over255(mean)
                      + " and std "
                      + over255(std)
                      + ", or the scale 1 for numbers on the 0..255 scale"
                  : "numbers of that range"));
    }
    boolean small =
        range >= RAW_RANGE
            && mean.stream().allMatch(m -> Math.abs(m) <= 1)
            && std.stream().allMatch(s -> s <= 1)
            && !(mean.stream().allMatch(m -> m == 0) && std.stream().allMatch(s -> s == 1));
    return small
        ? Optional.of(
            "mean "
                + mean
                + " and std "
                + std
                + " are on the 0..1 scale, but the scale "
                + scale.text()
                + " brings pixels to "
                + low
                + ".."
                + high
                + ", expected the scale 1/255 for them")
        : Optional.empty();
  }

  /**
   * Why mean and std are likely given in the order of the other channels: with BGR, ImageNet's mean
   * of R,G,B is the commonest mistake, and B,G,R without it.
   *
   * @return a sentence without its end that says what was found and what was expected
   */
  public Optional<String> wrongOrder() {
    boolean bgr = channelOrder == ChannelOrder.BGR;
    List<Float> expected = bgr ? reversed(IMAGENET_MEAN) : IMAGENET_MEAN;
    if (!isNear(reversed(expected))) {
      return Optional.empty();
    }
    return Optional.of(
        "mean "
            + mean
            + " is ImageNet's in the order "
            + (bgr ? "R,G,B" : "B,G,R")
            + ", but the channels are "
            + (bgr ? "bgr" : "rgb")
            + ", expected mean "
            + reversed(mean)
            + " and std "
            + reversed(std)
            + ", or the other order of channels");
  }

  /** Whether the mean is this one of pixels on the 0..1 scale, as exactly as it is ever written. */
  private boolean isNear(List<Float> ofUnit) {
    boolean near = channels() == ofUnit.size();
    for (int c = 0; near && c < ofUnit.size(); c++) {
      float unit = (mean.get(c) - scale.offset()) * scale.pixelsPerUnit() / 255;
      near = Math.abs(unit - ofUnit.get(c)) < 0.01f;
    }
    return near;
  }

  private static List<Float> reversed(List<Float> numbers) {
    List<Float> reversed = new ArrayList<>(numbers);
    Collections.reverse(reversed);
    return reversed;
  }

  private static List<Float> over255(List<Float> numbers) {
    return numbers.stream().map(number -> number / 255).toList();
  }
}
