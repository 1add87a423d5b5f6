package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Classifiers that can be trained from scratch, in their forms for small pictures. */
public enum Architecture {
  /** LeCun et al. 1998, with ReLU and max-pooling. */
  LENET5(Networks::lenet5),
  /** He et al. 2016, three stages of one block. */
  RESNET8(layers -> Networks.smallResnet(layers, 1)),
  /** He et al. 2016, three stages of three blocks. */
  RESNET20(layers -> Networks.smallResnet(layers, 3)),
  /** Simonyan and Zisserman 2015, configuration A with batch normalisation. */
  VGG11(Networks::vgg11),
  /** He et al. 2016, four stages of two blocks, 3 x 3 stem. */
  RESNET18(Networks::resnet18),
  /** Huang et al. 2017, growth 32, 3 x 3 stem. */
  DENSENET121(Networks::densenet121);

  private final Consumer<Layers> network;

  Architecture(Consumer<Layers> network) {
    this.network = network;
  }

  /** What the command line calls it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws BadInputException if there is none of that name
   */
  public static Architecture parse(String name) {
    return Arrays.stream(values())
        .filter(a -> a.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "architecture "
                        + name
                        + " is unknown, expected one of "
                        + Arrays.stream(values())
                            .map(Architecture::id)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * A model with random weights (He et al. 2015), its batch normalisation not folded.
   *
   * @param shape of the pictures
   * @param randomSeed of the weights
   */
  public OnnxModel build(PictureShape shape, int classes, long randomSeed) {
    Layers layers = new Layers(id(), shape, classes, randomSeed);
    network.accept(layers);
    return layers.build();
  }
}
