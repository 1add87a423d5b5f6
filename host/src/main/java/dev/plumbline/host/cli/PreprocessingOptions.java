package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The preprocessing of a model that does not carry it; it is never guessed. */
final class PreprocessingOptions {
  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      description = "Mean per channel, after scaling pixels to [0,1]; for a model that has none.")
  private String mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      description = "Standard deviation per channel, likewise.")
  private String std;

  @Option(
      names = "--layout",
      paramLabel = "nchw|nhwc",
      description = "Layout of the model's input (default: nchw).")
  private Layout layout;

  @Option(
      names = "--channels",
      paramLabel = "rgb|bgr",
      description = "Order of the model's channels (default: rgb).")
  private ChannelOrder channels;

  /**
   * The preprocessing of a model: its own, or else what the options say.
   *
   * @throws BadInputException if neither says, or both and not the same
   */
  Preprocessing of(OnnxModel model) {
    Optional<Preprocessing> own = PreprocessingMetadata.read(model);
    if (own.isPresent()) {
      refuse(
          model, "--mean", mean, mean == null ? null : numbers("--mean", mean), own.get().mean());
      refuse(model, "--std", std, std == null ? null : numbers("--std", std), own.get().std());
      refuse(model, "--layout", layout, layout, own.get().layout());
      refuse(model, "--channels", channels, channels, own.get().channelOrder());
      return own.get();
    }
    if (mean == null || std == null) {
      throw new BadInputException(
          "model "
              + model.name()
              + " holds no preprocessing in its metadata: expected --mean R,G,B and --std R,G,B");
    }
    try {
      return new Preprocessing(
          numbers("--mean", mean),
          numbers("--std", std),
          layout == null ? Layout.NCHW : layout,
          channels == null ? ChannelOrder.RGB : channels);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--mean "
              + mean
              + " and --std "
              + std
              + " cannot be used: "
              + e.getMessage()
              + ", expected one number per channel, --std above 0",
          e);
    }
  }

  /** The one preprocessing of an original and its compressed model. */
  Preprocessing ofPair(OnnxModel original, OnnxModel compressed) {
    Optional<Preprocessing> o = PreprocessingMetadata.read(original);
    Optional<Preprocessing> c = PreprocessingMetadata.read(compressed);
    if (o.isPresent() && c.isPresent() && !o.equals(c)) {
      throw new BadInputException(
          "original "
              + original.name()
              + " and compressed "
              + compressed.name()
              + " carry different preprocessing: "
              + o.get()
              + " and "
              + c.get()
              + ", expected the same");
    }
    return of(o.isEmpty() && c.isPresent() ? compressed : original);
  }

  private static void refuse(
      OnnxModel model, String option, Object given, Object found, Object expected) {
    if (found != null && !found.equals(expected)) {
      throw new BadInputException(
          option
              + " "
              + given
              + " contradicts the metadata of model "
              + model.name()
              + ", which says "
              + expected);
    }
  }

  private static List<Float> numbers(String option, String text) {
    try {
      return PreprocessingMetadata.numbers(text);
    } catch (NumberFormatException e) {
      throw new BadInputException(
          option + " '" + text + "' cannot be read: expected numbers such as 0.485,0.456,0.406", e);
    }
  }
}
