package dev.plumbline.host.train;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Optional;

/** What a model's metadata tells of its training. */
public final class TrainingMetadata {
  static final String RATE = "plumbline.training.rate";

  /** The rate of a model that does not say it: what the originals of the paper were trained at. */
  public static final double USUAL_RATE = 0.1;

  private TrainingMetadata() {}

  /**
   * The learning rate that a model was trained with: the highest of its schedule.
   *
   * @throws BadInputException if the entry is no number above 0
   */
  public static Optional<Double> rate(OnnxModel model) {
    return model.metadata(RATE).map(text -> parse(model, text));
  }

  /** As {@link #rate}, or the usual one where the model does not say it. */
  public static double rateOrUsual(OnnxModel model) {
    return rate(model).orElse(USUAL_RATE);
  }

  /** A model with the learning rate that it was trained with in its metadata. */
  public static OnnxModel withRate(OnnxModel model, double rate) {
    return model.withMetadata(RATE, Double.toString(rate));
  }

  private static double parse(OnnxModel model, String text) {
    try {
      double rate = Double.parseDouble(text);
      if (rate > 0 && !Double.isInfinite(rate)) {
        return rate;
      }
    } catch (NumberFormatException e) {
      throw unusable(model, text, e);
    }
    throw unusable(model, text, null);
  }

  private static BadInputException unusable(OnnxModel model, String text, Throwable cause) {
    return new BadInputException(
        "metadata "
            + RATE
            + " of model "
            + model.name()
            + " is '"
            + text
            + "', expected a number above 0",
        cause);
  }
}
