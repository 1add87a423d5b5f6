package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import dev.plumbline.host.dataset.Preset;
import dev.plumbline.host.onnx.ModelPreprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The preprocessing of a model that does not carry it, or not all of it; it is never guessed. */
final class PreprocessingOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "A preprocessing by name, such as imagenet, inception, clip or cifar10; other options"
              + " override its parts. 'plumbline preprocess --preset NAME' tells what it means.")
  private String preset;

  @Mixin private GeometryOptions geometry;

  @Option(
      names = "--scale",
      paramLabel = "A/B[,C]",
      description =
          "What pixels of 0 to 255 are multiplied by, before C is added and the mean taken off:"
              + " 1/255, 1 or 1/127.5,-1 (default: 1/255).")
  private String scale;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      description =
          "Mean per channel, of scaled pixels, in the order of the model's channels: with"
              + " --channels bgr B,G,R. One number is for all channels.")
  private String mean;

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      description = "Standard deviation per channel, likewise.")
  private String std;

  @Option(
      names = "--layout",
      paramLabel = "nchw|nhwc|tensor",
      description =
          "Layout of the model's input; tensor where it takes no pictures but the numbers of .npy"
              + " or .npz files as they are (default: nchw, and tensor where it has not four"
              + " dimensions).")
  private Layout layout;

  @Option(
      names = "--channels",
      paramLabel = "rgb|bgr",
      description = "Order of the model's channels (default: rgb).")
  private ChannelOrder channels;

  /**
   * The preprocessing of a model: its own, and what the options say.
   *
   * @throws BadInputException if neither says, or both and not the same
   */
  Preprocessing of(OnnxModel model) {
    return checked(given().of(model), model);
  }

  /** The one preprocessing of an original and its compressed model. */
  Preprocessing ofPair(OnnxModel original, OnnxModel compressed) {
    return checked(given().ofPair(original, compressed), original);
  }

  /**
   * What the options say on their own, where there is no model.
   *
   * @throws BadInputException if they do not say it all
   */
  Preprocessing alone() {
    PreprocessingEntries said = given().given();
    if (said.value(Key.MEAN).isEmpty() || said.value(Key.STD).isEmpty()) {
      throw new BadInputException(
          "there is no model and no preprocessing: expected --model, --preset, or --mean and"
              + " --std");
    }
    try {
      Preprocessing preprocessing = said.preprocessing(3);
      preprocessing
          .wrongUnit()
          .ifPresent(
              why -> {
                throw new BadInputException(why);
              });
      return warned(preprocessing);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--" + e.getMessage(), e);
    }
  }

  /** The preset that was named. */
  Optional<Preset> preset() {
    return Optional.ofNullable(preset)
        .map(
            name ->
                Preset.named(name)
                    .orElseThrow(
                        () ->
                            new BadInputException(
                                "--preset "
                                    + name
                                    + " is unknown: expected one of "
                                    + Preset.names()
                                    + NearestWord.hint(
                                        name, List.of(Preset.names().split(", "))))));
  }

  /** Models that were written before this was refused go on as they did; it is said. */
  private Preprocessing checked(Preprocessing preprocessing, OnnxModel model) {
    preprocessing
        .wrongUnit()
        .ifPresent(why -> say("the metadata of model " + model.name() + " are suspect: " + why));
    return warned(preprocessing);
  }

  private Preprocessing warned(Preprocessing preprocessing) {
    preprocessing.wrongOrder().ifPresent(why -> say("warning: " + why));
    return preprocessing;
  }

  /** What was given, a preset's parts included. */
  ModelPreprocessing given() {
    try {
      return new ModelPreprocessing(entries(), key -> "--" + key.text());
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--" + e.getMessage(), e);
    }
  }

  private PreprocessingEntries entries() {
    PreprocessingEntries own =
        PreprocessingEntries.of(key -> Optional.ofNullable(text(key))).over(geometry.entries());
    Optional<Preset> chosen = preset();
    chosen.ifPresent(found -> say(found.inWords()));
    return chosen.map(found -> own.over(found.entries())).orElse(own);
  }

  private String text(Key key) {
    return switch (key) {
      case SCALE -> scale;
      case MEAN -> mean;
      case STD -> std;
      case LAYOUT -> layout == null ? null : layout.name().toLowerCase(Locale.ROOT);
      case CHANNELS -> channels == null ? null : channels.name().toLowerCase(Locale.ROOT);
      case RESIZE, LETTERBOX, CROP, INTERPOLATION, ANTIALIAS, ORIENTATION, BACKGROUND -> null;
    };
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
