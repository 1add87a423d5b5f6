package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.train.LayerBuilder.Maps;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Networks that can be trained from scratch, for small pictures: first convolutions of 3 x 3
 * without a stride, as the papers do for CIFAR-10.
 */
public enum Architecture {
  /** LeCun et al., 1998, with rectifiers and max-pools. */
  LENET5(Architecture::lenet),
  /** He et al., 2016, section 4.2, with one block per stage and projections as shortcuts. */
  RESNET8(net -> resnet(net, 1, 16, 32, 64)),
  /** He et al., 2016, section 4.2, with projections as shortcuts. */
  RESNET20(net -> resnet(net, 3, 16, 32, 64)),
  /** Simonyan and Zisserman, 2015, configuration A, with normalisation and a mean as head. */
  VGG11(Architecture::vgg),
  /** He et al., 2016, table 1. */
  RESNET18(net -> resnet(net, 2, 64, 128, 256, 512)),
  /** Huang et al., 2017, table 1. */
  DENSENET121(Architecture::densenet);

  private static final int SMALLEST_SIDE = 16;

  private final Function<LayerBuilder, Maps> body;

  Architecture(Function<LayerBuilder, Maps> body) {
    this.body = body;
  }

  /**
   * @param text an {@link #id()}
   * @throws BadInputException if there is none of that name
   */
  public static Architecture parse(String text) {
    for (Architecture architecture : values()) {
      if (architecture.id().equals(text)) {
        return architecture;
      }
    }
    throw new BadInputException(
        "architecture '"
            + text
            + "' is unknown: expected one of "
            + Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", ")));
  }

  /** The name on the command line: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * An untrained float model with input "input", N x C x H x W, and output "logits", N x classes.
   *
   * @param classes at least 2
   * @param randomSeed of the weights
   * @throws BadInputException if the pictures are smaller than 16 x 16
   */
  public OnnxModel build(PictureShape shape, int classes, long randomSeed) {
    return build(shape, Layout.NCHW, classes, randomSeed);
  }

  /**
   * As {@link #build(PictureShape, int, long)}, for an input of either layout.
   *
   * @param layout of the input
   */
  public OnnxModel build(PictureShape shape, Layout layout, int classes, long randomSeed) {
    if (classes < 2) {
      throw new BadInputException(
          "the training data have " + classes + " classes, expected at least 2");
    }
    if (Math.min(shape.height(), shape.width()) < SMALLEST_SIDE) {
      throw new BadInputException(
          "pictures of "
              + shape
              + " are too small for "
              + id()
              + ", expected at least "
              + SMALLEST_SIDE
              + " x "
              + SMALLEST_SIDE);
    }
    LayerBuilder net = new LayerBuilder(id(), shape, layout, classes, randomSeed);
    return net.finish(body.apply(net));
  }

  private static Maps lenet(LayerBuilder net) {
    Maps x = net.biasedConv("conv1", net.input(), 6, 5, 2);
    x = net.pool("MaxPool", "pool1", net.relu("relu1", x));
    x = net.biasedConv("conv2", x, 16, 5, 0);
    x = net.pool("MaxPool", "pool2", net.relu("relu2", x));
    x = net.dense("dense3", net.flattened("flatten", x), 120);
    x = net.dense("dense4", net.relu("relu3", x), 84);
    return net.relu("relu4", x);
  }

  private static Maps vgg(LayerBuilder net) {
    int[][] stages = {{64}, {128}, {256, 256}, {512, 512}, {512, 512}};
    Maps x = net.input();
    for (int s = 0; s < stages.length; s++) {
      for (int l = 0; l < stages[s].length; l++) {
        x = convNormRelu(net, "stage" + (s + 1) + ".", Integer.toString(l + 1), x, stages[s][l], 1);
      }
      if (x.smallerSide() > 1) {
        x = net.pool("MaxPool", "stage" + (s + 1) + ".pool", x);
      }
    }
    return net.averaged(x);
  }

  private static Maps resnet(LayerBuilder net, int blocks, int... widths) {
    Maps x = convNormRelu(net, "stem.", "", net.input(), widths[0], 1);
    for (int s = 0; s < widths.length; s++) {
      for (int b = 0; b < blocks; b++) {
        int stride = s > 0 && b == 0 ? 2 : 1;
        x = basicBlock(net, "stage" + (s + 1) + ".block" + (b + 1) + ".", x, widths[s], stride);
      }
    }
    return net.averaged(x);
  }

  private static Maps basicBlock(
      LayerBuilder net, String prefix, Maps x, int channels, int stride) {
    Maps y = convNormRelu(net, prefix, "1", x, channels, stride);
    y = net.batchNorm(prefix + "norm2", net.conv(prefix + "conv2", y, channels, 3, 1));
    Maps shortcut = x;
    if (stride != 1 || x.channels() != channels) {
      Maps projected = net.conv(prefix + "shortcut.conv", x, channels, 1, stride);
      shortcut = net.batchNorm(prefix + "shortcut.norm", projected);
    }
    return net.relu(prefix + "relu2", net.add(prefix + "add", y, shortcut));
  }

  private static Maps convNormRelu(
      LayerBuilder net, String prefix, String suffix, Maps x, int channels, int stride) {
    Maps y = net.conv(prefix + "conv" + suffix, x, channels, 3, stride);
    return net.relu(prefix + "relu" + suffix, net.batchNorm(prefix + "norm" + suffix, y));
  }

  private static Maps densenet(LayerBuilder net) {
    int growth = 32;
    int[] blocks = {6, 12, 24, 16};
    Maps x = net.conv("stem.conv", net.input(), 2 * growth, 3, 1);
    for (int b = 0; b < blocks.length; b++) {
      for (int l = 0; l < blocks[b]; l++) {
        String layer = "block" + (b + 1) + ".layer" + (l + 1) + ".";
        Maps y = net.conv(layer + "conv1", normRelu(net, layer, "1", x), 4 * growth, 1, 1);
        y = net.conv(layer + "conv2", normRelu(net, layer, "2", y), growth, 3, 1);
        x = net.concat(layer + "concat", x, y);
      }
      if (b < blocks.length - 1) {
        String transition = "transition" + (b + 1) + ".";
        Maps y = normRelu(net, transition, "", x);
        y = net.conv(transition + "conv", y, x.channels() / 2, 1, 1);
        x = net.pool("AveragePool", transition + "pool", y);
      }
    }
    return net.averaged(normRelu(net, "head.", "", x));
  }

  private static Maps normRelu(LayerBuilder net, String prefix, String suffix, Maps x) {
    return net.relu(prefix + "relu" + suffix, net.batchNorm(prefix + "norm" + suffix, x));
  }
}
