package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the preprocessing is carried in a model's metadata: four entries, numbers in Java's shortest
 * form that reads back to the same float32.
 */
public final class PreprocessingMetadata {
  static final String MEAN = "plumbline.preprocessing.mean";
  static final String STD = "plumbline.preprocessing.std";
  static final String LAYOUT = "plumbline.preprocessing.layout";
  static final String CHANNELS = "plumbline.preprocessing.channels";

  private PreprocessingMetadata() {}

  /**
   * The preprocessing that a model carries, if any.
   *
   * @throws BadInputException if what it carries cannot be read
   */
  public static Optional<Preprocessing> read(OnnxModel model) {
    Optional<String> mean = model.metadata(MEAN);
    Optional<String> std = model.metadata(STD);
    if (mean.isEmpty() && std.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Preprocessing(
              numbers(mean.orElse("")),
              numbers(std.orElse("")),
              Layout.valueOf(upper(model.metadata(LAYOUT).orElse("nchw"))),
              ChannelOrder.valueOf(upper(model.metadata(CHANNELS).orElse("rgb")))));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "the preprocessing in the metadata of model "
              + model.name()
              + " cannot be read: "
              + e.getMessage(),
          e);
    }
  }

  /** A model with a preprocessing in its metadata. */
  public static OnnxModel write(OnnxModel model, Preprocessing preprocessing) {
    return model
        .withMetadata(MEAN, text(preprocessing.mean()))
        .withMetadata(STD, text(preprocessing.std()))
        .withMetadata(LAYOUT, preprocessing.layout().name().toLowerCase(Locale.ROOT))
        .withMetadata(CHANNELS, preprocessing.channelOrder().name().toLowerCase(Locale.ROOT));
  }

  /** Reads a list such as {@code 0.485,0.456,0.406}. */
  public static List<Float> numbers(String text) {
    List<Float> numbers = new ArrayList<>();
    for (String part : text.split(",")) {
      numbers.add(Float.parseFloat(part.strip()));
    }
    return numbers;
  }

  private static String text(List<Float> numbers) {
    return numbers.stream().map(n -> Float.toString(n)).collect(Collectors.joining(","));
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
