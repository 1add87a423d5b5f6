package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingSettings;
import java.util.List;
import picocli.CommandLine.Option;

/** How an original is trained. */
final class TrainingOptions {
  /** What {@code --arch} takes, for its description. */
  static final String ARCHITECTURES = "lenet5, resnet8, resnet20, vgg11, resnet18 or densenet121";

  private static final double MOMENTUM = 0.9;
  private static final double WEIGHT_DECAY = 5e-4;

  @Option(
      names = "--rate",
      defaultValue = "0.1",
      paramLabel = "RATE",
      description = "The highest learning rate (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--crop-padding",
      paramLabel = "PIXELS",
      description =
          "How far a crop may move from the middle (default: an eighth of the shorter side).")
  private Integer cropPadding;

  double rate() {
    return rate;
  }

  /** Crops and flips for pictures of a shape. */
  Augmentation augmentation(PictureShape shape) {
    Augmentation usual = Augmentation.cropAndFlip(shape);
    if (cropPadding == null) {
      return usual;
    }
    int most = Math.min(shape.height(), shape.width()) - 1;
    if (cropPadding < 0 || cropPadding > most) {
      throw new BadInputException(
          "--crop-padding is "
              + cropPadding
              + ", expected 0 to "
              + most
              + " for pictures of "
              + shape);
    }
    return new Augmentation(cropPadding, usual.flip(), usual.noise());
  }

  /**
   * @param batch pictures of each step
   * @throws BadInputException if there is nothing to train
   */
  static TrainingSettings of(int epochs, int batch, LearningRate schedule, long randomSeed) {
    if (epochs < 1) {
      throw new BadInputException("found " + epochs + " epochs, expected at least 1");
    }
    return new TrainingSettings(epochs, batch, schedule, MOMENTUM, WEIGHT_DECAY, randomSeed);
  }

  /**
   * The rate that {@code --learning-rate} asks for.
   *
   * @throws BadInputException if no model learns at it
   */
  static double checkedLearningRate(double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new BadInputException(
          "--learning-rate is " + rate + ", expected a number above 0 and below 1");
    }
    return rate;
  }

  static List<Float> floats(List<Double> values) {
    return values.stream().map(Double::floatValue).toList();
  }
}
