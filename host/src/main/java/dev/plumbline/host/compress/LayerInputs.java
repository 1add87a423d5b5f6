package dev.plumbline.host.compress;

import dev.plumbline.host.onnx.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What the filters of a layer are multiplied with, sampled from activations: for a convolution,
 * windows of its input; for a matrix product, rows. Sums are kept, not samples.
 */
final class LayerInputs {
  /**
   * A filter of more weights would take hundreds of megabytes and minutes; it rounds to nearest.
   */
  private static final int MOST_WEIGHTS = 1536;

  /** Of a filter's weights; what fewer samples say is mixed with independence. */
  private static final int SAMPLES_PER_WEIGHT = 4;

  private static final int LEAST_SAMPLES = 2048;

  private final WeightedNode layer;
  private final int outputs;
  private final int groups;
  private final int size;
  private final int perPicture;
  private final double[][] sums;
  private final double[][] products;
  private final Map<Integer, Moments> moments = new HashMap<>();
  private final Random random = new Random(1);
  private long samples;

  private LayerInputs(WeightedNode layer, int outputs, int groups, int size, int pictures) {
    this.layer = layer;
    this.outputs = outputs;
    this.groups = groups;
    this.size = size;
    int wanted = Math.max(LEAST_SAMPLES, SAMPLES_PER_WEIGHT * size);
    this.perPicture = Math.max(1, (wanted + pictures - 1) / pictures);
    this.sums = new double[groups][size];
    this.products = new double[groups][size * size];
  }

  /**
   * Nothing sampled yet; none for layers whose filters are too large, or that are no matrix.
   *
   * @param pictures that are to come
   */
  static Optional<LayerInputs> of(WeightedNode layer, int pictures) {
    long[] dims = layer.weight().dims();
    Node node = layer.node();
    boolean window = node.is("Conv") && dims.length == 4 && isPlain(node);
    if (!window && (node.is("Conv") || dims.length != 2)) {
      return Optional.empty();
    }
    int outputs = Math.toIntExact(dims[layer.axis()]);
    int size = layer.weight().size() / outputs;
    int groups = window ? Math.toIntExact(node.intAttribute("group", 1)) : 1;
    return size > MOST_WEIGHTS || pictures == 0
        ? Optional.empty()
        : Optional.of(new LayerInputs(layer, outputs, groups, size, pictures));
  }

  private static boolean isPlain(Node node) {
    String padding = node.stringAttribute("auto_pad", "NOTSET");
    return padding.equals("NOTSET") || padding.equals("VALID");
  }

  WeightedNode layer() {
    return layer;
  }

  /** Adds activations that the layer takes, batch first. */
  void add(float[] values, long[] dims) {
    if (layer.node().is("Conv")) {
      addWindows(values, Arrays.stream(dims).mapToInt(Math::toIntExact).toArray());
      return;
    }
    int rows = values.length / size;
    int pictures = Math.toIntExact(dims[0]);
    int wanted = Math.min(rows, perPicture * pictures);
    float[] sample = new float[size];
    for (int i = 0; i < wanted; i++) {
      int row = wanted == rows ? i : random.nextInt(rows);
      System.arraycopy(values, row * size, sample, 0, size);
      count(0, sample);
    }
    samples += wanted;
  }

  private void addWindows(float[] values, int[] dims) {
    Node node = layer.node();
    long[] kernel = Arrays.copyOfRange(layer.weight().dims(), 2, 4);
    long[] strides = node.intsAttribute("strides").orElse(new long[] {1, 1});
    long[] dilations = node.intsAttribute("dilations").orElse(new long[] {1, 1});
    long[] pads = node.intsAttribute("pads").orElse(new long[4]);
    int perGroup = dims[1] / groups;
    int rows = places(dims[2], pads[0] + pads[2], kernel[0], strides[0], dilations[0]);
    int columns = places(dims[3], pads[1] + pads[3], kernel[1], strides[1], dilations[1]);
    float[] sample = new float[size];
    for (int picture = 0; picture < dims[0]; picture++) {
      int wanted = Math.min(perPicture, rows * columns);
      for (int i = 0; i < wanted; i++) {
        int place = wanted == rows * columns ? i : random.nextInt(rows * columns);
        int top = (int) (place / columns * strides[0] - pads[0]);
        int left = (int) (place % columns * strides[1] - pads[1]);
        for (int group = 0; group < groups; group++) {
          int at = 0;
          for (int c = group * perGroup; c < (group + 1) * perGroup; c++) {
            int plane = (picture * dims[1] + c) * dims[2];
            for (int y = 0; y < kernel[0]; y++) {
              int row = top + y * (int) dilations[0];
              for (int x = 0; x < kernel[1]; x++) {
                int column = left + x * (int) dilations[1];
                boolean inside = row >= 0 && row < dims[2] && column >= 0 && column < dims[3];
                sample[at++] = inside ? values[(plane + row) * dims[3] + column] : 0;
              }
            }
          }
          count(group, sample);
        }
      }
      samples += wanted;
    }
  }

  private static int places(int size, long pads, long kernel, long stride, long dilation) {
    return (int) ((size + pads - dilation * (kernel - 1) - 1) / stride + 1);
  }

  private void count(int group, float[] sample) {
    double[] sum = sums[group];
    double[] product = products[group];
    for (int i = 0; i < size; i++) {
      float value = sample[i];
      if (value == 0) {
        continue;
      }
      sum[i] += value;
      for (int j = i; j < size; j++) {
        product[i * size + j] += value * sample[j];
      }
    }
  }

  /**
   * The moments for an output channel.
   *
   * @param centred about the mean
   */
  Moments moments(int channel, boolean centred) {
    int group = channel / (outputs / groups);
    return moments.computeIfAbsent(group, g -> moments(sums[g], products[g], centred));
  }

  private Moments moments(double[] sum, double[] product, boolean centred) {
    double[] mean = new double[size];
    double[] full = new double[size * size];
    double variance = 0;
    for (int i = 0; i < size; i++) {
      mean[i] = sum[i] / samples;
    }
    for (int i = 0; i < size; i++) {
      for (int j = i; j < size; j++) {
        double value = product[i * size + j] / samples - (centred ? mean[i] * mean[j] : 0);
        full[i * size + j] = value;
        full[j * size + i] = value;
      }
      variance += full[i * size + i] / size;
    }
    // Few samples show relations by chance; that much is taken for independent.
    double independent = size / (double) (size + SAMPLES_PER_WEIGHT * samples);
    for (int i = 0; i < full.length; i++) {
      full[i] *= 1 - independent;
    }
    for (int i = 0; i < size; i++) {
      full[i * size + i] += independent * variance;
    }
    return new Moments(mean, full, centred);
  }

  /** The output channel that a weight is for. */
  int channel(int element) {
    return layer.axis() == 0 ? element / size : element % outputs;
  }

  /** Where the weights of an output channel are, in the order of the samples. */
  int[] elements(int channel) {
    int[] elements = new int[size];
    for (int i = 0; i < size; i++) {
      elements[i] = layer.axis() == 0 ? channel * size + i : i * outputs + channel;
    }
    return elements;
  }
}
