package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ModelContract;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** All parts of the training data as one, drawn in a random order each epoch. */
final class MixedData implements BatchSource {
  /** Of a picture without one. Who learns from a teacher does not look at labels. */
  private static final int NO_LABEL = -1;

  private final List<TrainingPart> parts;
  private final Preprocessing preprocessing;

  /** Of pictures; empty for tensors, which are learned from as they are. */
  private final Optional<BatchEncoder> encoder;

  private final InputShape shape;
  private final int[] starts;
  private final int[] order;
  private final int batches;

  /**
   * @throws BadInputException if the parts differ in shape, do not fit the preprocessing, or hold
   *     fewer than two pictures
   */
  MixedData(List<TrainingPart> parts, Preprocessing preprocessing, int batch) {
    this(parts, preprocessing, size -> batches(size, batch));
  }

  /** The pictures of one part, each a batch of its own, for others to put together. */
  static MixedData drawnOneByOne(TrainingPart part, Preprocessing preprocessing) {
    return new MixedData(List.of(part), preprocessing, size -> size);
  }

  private MixedData(
      List<TrainingPart> parts, Preprocessing preprocessing, IntUnaryOperator batches) {
    this.parts = List.copyOf(parts);
    this.starts = new int[parts.size()];
    int size = 0;
    for (int p = 0; p < starts.length; p++) {
      starts[p] = size;
      size = Math.addExact(size, parts.get(p).data().size());
    }
    this.batches = batches.applyAsInt(size);
    this.preprocessing = preprocessing;
    this.shape = parts.get(0).data().inputShape();
    for (TrainingPart part : parts) {
      if (!part.data().inputShape().equals(shape)) {
        throw new BadInputException(
            "the training data hold pictures of "
                + part.data().inputShape()
                + " and of "
                + shape
                + ", expected one size");
      }
    }
    boolean tensors = preprocessing.isOfTensors();
    if (!tensors && shape.requirePictures().channels() != preprocessing.channels()) {
      throw new BadInputException(
          "the training data hold pictures of "
              + shape
              + ", expected "
              + preprocessing.channels()
              + " channels as in the model's preprocessing");
    }
    this.encoder =
        tensors
            ? Optional.empty()
            : Optional.of(new BatchEncoder(shape.requirePictures(), preprocessing));
    this.order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
  }

  /**
   * Batches of nearly one size: no picture is left out, and none is ever alone in a batch, where
   * normalisation would have nothing to average over.
   */
  private static int batches(int size, int batch) {
    if (size < 2) {
      throw new BadInputException(
          "the training data hold " + size + " pictures, expected at least 2");
    }
    return Math.min((int) (((long) size + batch - 1) / batch), size / 2);
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public int size() {
    return order.length;
  }

  @Override
  public void shuffle(SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }

  @Override
  public Batch batch(int index, SplittableRandom random) {
    int from = (int) ((long) order.length * index / batches);
    int to = (int) ((long) order.length * (index + 1) / batches);
    float[] input = new float[Math.multiplyExact(to - from, shape.elements())];
    int[] labels = new int[to - from];
    for (int i = from; i < to; i++) {
      int part = partOf(order[i]);
      Dataset data = parts.get(part).data();
      int picture = order[i] - starts[part];
      labels[i - from] = data.isLabelled() ? data.label(picture) : NO_LABEL;
      int at = (i - from) * shape.elements();
      if (encoder.isPresent()) {
        Augmentation augmentation = parts.get(part).augmentation();
        byte[] pixels = data.picture(picture).pixels();
        encoder.get().encode(pixels, augmentation, random, input, at);
      } else {
        preprocessing.toInput(data.input(picture), input, at);
      }
    }
    long[] dims =
        encoder.isPresent()
            ? encoder.get().dims(to - from)
            : ModelContract.inputDims(to - from, shape, preprocessing);
    return new Batch(input, dims, labels);
  }

  private int partOf(int index) {
    int part = starts.length - 1;
    while (starts[part] > index) {
      part--;
    }
    return part;
  }
}
