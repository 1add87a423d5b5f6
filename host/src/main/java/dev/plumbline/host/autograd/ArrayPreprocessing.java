package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.dataset.FloatBounds;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.TensorBounds;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.dataset.WholeNumberBounds;
import dev.plumbline.host.task.Scalars;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A {@link Preprocessing} on arrays, bit for bit. Pixels are N x C x H x W in RGB; a model's input
 * is in the model's own layout and channel order. In the place of pixels, tensors have their
 * numbers counted in steps, N x their dimensions, which changes no bit of them.
 */
public final class ArrayPreprocessing {
  private final NDManager manager;
  private final Device device;
  private final Preprocessing preprocessing;
  private final NDArray factor;
  private final NDArray divisor;
  private final NDArray pixelsPerUnit;
  private final NDArray mean;
  private final NDArray std;
  private final NDArray stepUnit;
  private final Optional<TensorBounds> bounds;
  private final float step;

  /**
   * @param manager owns the constants; lives as long as this
   * @param device where pictures and inputs are
   */
  public ArrayPreprocessing(NDManager manager, Device device, Preprocessing preprocessing) {
    this(manager, device, preprocessing, Optional.empty());
  }

  /**
   * As the other, of tensors that are moved.
   *
   * @param bounds empty for pictures, and for tensors that are not moved
   */
  public ArrayPreprocessing(
      NDManager manager,
      Device device,
      Preprocessing preprocessing,
      Optional<TensorBounds> bounds) {
    this.bounds = bounds;
    this.step = bounds.map(TensorBounds::step).orElse(1f);
    this.manager = manager;
    this.device = device;
    this.preprocessing = preprocessing;
    // An array, as CUDA multiplies by the reciprocal of a number, which rounds otherwise.
    this.factor = number(preprocessing.scale().factor());
    this.divisor = number(preprocessing.scale().divisor());
    this.pixelsPerUnit = number(preprocessing.scale().pixelsPerUnit());
    this.mean = constants(preprocessing.mean());
    this.std = constants(preprocessing.std());
    List<Float> units = new ArrayList<>();
    for (int c = 0; c < preprocessing.channels(); c++) {
      units.add(preprocessing.stepUnit(c));
    }
    this.stepUnit =
        bounds.orElse(null) instanceof FloatBounds floats
            ? one((float) floats.deviation())
            : constants(units);
  }

  /**
   * Brings inputs to the device.
   *
   * @param owner of the result
   * @param inputs of one shape, at least one
   * @return of pictures unsigned bytes, N x C x H x W; of tensors float32 in steps
   */
  public NDArray upload(NDManager owner, List<? extends Input> inputs) {
    if (preprocessing.isOfTensors()) {
      return uploadTensors(owner, inputs);
    }
    List<Picture> pictures = inputs.stream().map(Picture.class::cast).toList();
    PictureShape shape = pictures.get(0).shape();
    ByteBuffer bytes = owner.allocateDirect(Math.multiplyExact(pictures.size(), shape.bytes()));
    pictures.forEach(picture -> bytes.put(picture.pixels()));
    bytes.flip();
    return place(
        owner.create(
            bytes,
            new Shape(pictures.size(), shape.channels(), shape.height(), shape.width()),
            DataType.UINT8));
  }

  private NDArray uploadTensors(NDManager owner, List<? extends Input> inputs) {
    InputShape shape = inputs.get(0).shape();
    float[] floats = new float[Math.multiplyExact(inputs.size(), shape.elements())];
    int at = 0;
    for (Input input : inputs) {
      for (float value : ((TensorInput) input).values()) {
        floats[at++] = value / step;
      }
    }
    return place(owner.create(floats, new Shape(inputs.size()).addAll(inputShape(shape))));
  }

  /**
   * Brings inputs back from the device.
   *
   * @param pixels as {@link #toPixels} makes them
   */
  public List<Input> inputs(NDArray pixels) {
    if (!preprocessing.isOfTensors()) {
      return List.copyOf(download(pixels));
    }
    long[] dims = pixels.getShape().slice(1).getShape();
    TensorShape shape =
        new TensorShape(Arrays.stream(dims).mapToInt(Math::toIntExact).boxed().toList());
    float[] all = pixels.toFloatArray();
    List<Input> inputs = new ArrayList<>();
    for (int from = 0; from < all.length; from += shape.elements()) {
      float[] values = Arrays.copyOfRange(all, from, from + shape.elements());
      for (int i = 0; i < values.length; i++) {
        values[i] *= step;
      }
      inputs.add(new TensorInput(shape, values));
    }
    return inputs;
  }

  /**
   * A distance between pixels, of 0 to 255 or in steps, as a share of what lies between black and
   * white, or of the range that tensors may have.
   */
  public double ofRange(double distance) {
    return bounds.map(b -> b.share(distance)).orElse(distance / 255);
  }

  /**
   * Brings pixels back from the device.
   *
   * @param pixels whole numbers 0 to 255, N x C x H x W
   */
  public static List<Picture> download(NDArray pixels) {
    Shape dims = pixels.getShape();
    PictureShape shape = new PictureShape((int) dims.get(1), (int) dims.get(2), (int) dims.get(3));
    List<Picture> pictures = new ArrayList<>();
    try (NDArray unsigned = pixels.toType(DataType.UINT8, true)) {
      ByteBuffer bytes = unsigned.toByteBuffer();
      for (int i = 0; i < dims.get(0); i++) {
        byte[] picture = new byte[shape.bytes()];
        bytes.get(picture);
        pictures.add(new Picture(shape, picture));
      }
    }
    return pictures;
  }

  /**
   * What the model gets for pictures.
   *
   * @param pixels 0 to 255 of any type, N x C x H x W
   * @return float32 in the model's layout, owned by the manager of {@code pixels}
   */
  public NDArray toInput(NDArray pixels) {
    if (preprocessing.isOfTensors()) {
      return step == 1 ? pixels.toType(DataType.FLOAT32, true) : Scalars.times(pixels, step);
    }
    NDArray floats = pixels.toType(DataType.FLOAT32, false);
    return toModelOrder(scaled(floats)).sub(mean).div(std);
  }

  /**
   * The pixels nearest to a model's input: denormalised, rounded half to even, clipped to 0..255.
   *
   * @param input in the model's layout
   * @return whole float32, N x C x H x W, owned by the manager of {@code input}
   */
  public NDArray toPixels(NDArray input) {
    if (preprocessing.isOfTensors()) {
      NDArray steps = Scalars.dividedBy(input, step);
      return bounds.map(b -> steps.clip(b.low() / step, b.high() / step)).orElse(steps);
    }
    float offset = preprocessing.scale().offset();
    NDArray unscaled = input.mul(std).add(mean);
    NDArray shifted = offset == 0 ? unscaled : unscaled.sub(offset);
    return toPictureOrder(shifted).mul(pixelsPerUnit).round().clip(0, 255);
  }

  /** As {@link Preprocessing} scales; what changes no bit is left out. */
  private NDArray scaled(NDArray pixels) {
    NDArray multiplied = preprocessing.scale().factor() == 1 ? pixels : pixels.mul(factor);
    NDArray divided = preprocessing.scale().divisor() == 1 ? multiplied : multiplied.div(divisor);
    float offset = preprocessing.scale().offset();
    return offset == 0 ? divided : divided.add(offset);
  }

  /** One input as the model has it, without the batch's axis. */
  public Shape inputShape(InputShape shape) {
    if (!(shape instanceof PictureShape picture)) {
      return new Shape(
          ((TensorShape) shape).dims().stream().mapToLong(Integer::longValue).toArray());
    }
    return preprocessing.layout() == Layout.NCHW
        ? new Shape(picture.channels(), picture.height(), picture.width())
        : new Shape(picture.height(), picture.width(), picture.channels());
  }

  /** Numbers laid out as a model's input, laid out as pixels. */
  public NDArray toPictureOrder(NDArray input) {
    if (preprocessing.isOfTensors()) {
      return input;
    }
    NDArray planes = preprocessing.layout() == Layout.NCHW ? input : input.transpose(0, 3, 1, 2);
    return reversed() ? planes.flip(1) : planes;
  }

  private NDArray toModelOrder(NDArray pixels) {
    NDArray planes = reversed() ? pixels.flip(1) : pixels;
    return preprocessing.layout() == Layout.NCHW ? planes : planes.transpose(0, 2, 3, 1);
  }

  private boolean reversed() {
    return preprocessing.channelOrder() == ChannelOrder.BGR && preprocessing.channels() > 1;
  }

  /**
   * A number for each channel, to combine with a model's input.
   *
   * @param ofPictures by channel of the pictures (RGB); of tensors one for all numbers
   * @return four axes, all of length 1 but the model's channel axis; of tensors one axis; owned by
   *     this object's manager
   */
  public NDArray perChannel(List<Float> ofPictures) {
    if (preprocessing.isOfTensors()) {
      return one(ofPictures.get(0));
    }
    List<Float> ofModel = new ArrayList<>();
    for (int c = 0; c < ofPictures.size(); c++) {
      ofModel.add(ofPictures.get(preprocessing.pictureChannel(c)));
    }
    return constants(ofModel);
  }

  /** The standard deviation by channel, to combine with a model's input; not to be closed. */
  public NDArray std() {
    return std;
  }

  /**
   * {@link Preprocessing#stepUnit} by channel, to combine with a model's input; of tensors that are
   * moved their standard deviation. Not to be closed.
   */
  public NDArray stepUnit() {
    return stepUnit;
  }

  /** Whether inputs are tensors. */
  public boolean isOfTensors() {
    return preprocessing.isOfTensors();
  }

  /** Whether inputs are moved as whole numbers, to which no gradient flows. */
  public boolean isOfWholeNumbers() {
    return bounds.orElse(null) instanceof WholeNumberBounds;
  }

  /** Steps of a pixel's value to one unit of what the mean is taken off. */
  public float pixelsPerUnit() {
    return preprocessing.isOfTensors() ? 1 / step : preprocessing.scale().pixelsPerUnit();
  }

  /** An array on the device that pictures and inputs are on. */
  public NDArray place(NDArray made) {
    return DeviceArrays.on(device, made);
  }

  /** A number for inputs of any dimensions. */
  private NDArray one(float value) {
    return place(manager.create(new float[] {value}, new Shape(1)));
  }

  private NDArray number(float value) {
    return place(manager.create(new float[] {value}, new Shape(1, 1, 1, 1)));
  }

  private NDArray constants(List<Float> byModelChannel) {
    float[] values = new float[byModelChannel.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = byModelChannel.get(c);
    }
    Shape shape =
        preprocessing.layout() == Layout.NCHW
            ? new Shape(1, values.length, 1, 1)
            : new Shape(1, 1, 1, values.length);
    return place(manager.create(values, shape));
  }
}
