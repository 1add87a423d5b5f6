package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which preprocessing a model gets: what its metadata say, and what a user adds to that. Metadata
 * without a size leave open how pictures come to it; a part that both say has to be the same, or to
 * be taken away by {@link PreprocessingEntries#NONE}, as where pictures are prepared already.
 *
 * @param given by the user
 * @param name what the user calls a key: an option, a key of a job
 */
public record ModelPreprocessing(PreprocessingEntries given, Function<Key, String> name) {

  /**
   * The preprocessing of a model.
   *
   * @throws BadInputException if neither the model nor the user says it, they contradict each
   *     other, or what they say cannot be used
   */
  public Preprocessing of(OnnxModel model) {
    Optional<Preprocessing> own = carriedBy(model);
    PreprocessingEntries carried = PreprocessingMetadata.entries(model);
    if (own.isEmpty() && given.isEmpty() && !InputContract.mayTakePictures(model)) {
      return Preprocessing.tensors();
    }
    if (own.isEmpty() && !given.isOfTensors() && !(says(Key.MEAN) && says(Key.STD))) {
      throw new BadInputException(
          "model "
              + model.name()
              + " holds no preprocessing in its metadata: expected "
              + name.apply(Key.MEAN)
              + " R,G,B and "
              + name.apply(Key.STD)
              + " R,G,B, or a preset; or "
              + name.apply(Key.LAYOUT)
              + " tensor where its inputs are no pictures");
    }
    Preprocessing merged = usable(model, given.over(carried));
    if (own.isPresent()) {
      requireSame(model, carried, own.get(), merged);
    } else {
      merged
          .wrongUnit()
          .ifPresent(
              why -> {
                throw new BadInputException(named(why));
              });
    }
    return merged;
  }

  /**
   * The one preprocessing of an original and its compressed model. Where only one says how pictures
   * come to their size, it says so for both.
   *
   * @throws BadInputException if they carry different ones
   */
  public Preprocessing ofPair(OnnxModel original, OnnxModel compressed) {
    Optional<Preprocessing> o = carriedBy(original);
    Optional<Preprocessing> c = carriedBy(compressed);
    if (o.isEmpty() || c.isEmpty()) {
      return of(o.isEmpty() && c.isPresent() ? compressed : original);
    }
    boolean originalIsOpen = PreprocessingMetadata.entries(original).only(true).isEmpty();
    boolean compressedIsOpen = PreprocessingMetadata.entries(compressed).only(true).isEmpty();
    boolean same =
        originalIsOpen || compressedIsOpen
            ? o.get().withoutGeometry().equals(c.get().withoutGeometry())
            : o.equals(c);
    if (!same) {
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
    return of(originalIsOpen ? compressed : original);
  }

  /** What a model's metadata say, where one number stands for each of its channels. */
  private static Optional<Preprocessing> carriedBy(OnnxModel model) {
    PreprocessingEntries carried = PreprocessingMetadata.entries(model);
    return PreprocessingMetadata.read(model)
        .map(read -> carried.preprocessing(channels(model, carried)));
  }

  /** Whether there is a text for a key and not that it does not apply. */
  private boolean says(Key key) {
    return given.value(key).isPresent();
  }

  private Preprocessing usable(OnnxModel model, PreprocessingEntries entries) {
    try {
      return entries.preprocessing(channels(model, entries));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "the preprocessing of model "
              + model.name()
              + " cannot be used: "
              + byName(e.getMessage()),
          e);
    }
  }

  /** A sentence that begins with a key, with what the user calls it. */
  private String byName(String sentence) {
    for (Key key : given.values().keySet()) {
      String start = key.text() + ": ";
      if (sentence.startsWith(start)) {
        return name.apply(key) + ": " + sentence.substring(start.length());
      }
    }
    return sentence;
  }

  /** Channels that a model's input says it has; 0 where it does not. */
  private static int channels(OnnxModel model, PreprocessingEntries entries) {
    List<Long> dims = model.graph().input().dims();
    boolean last = entries.value(Key.LAYOUT).filter("nhwc"::equalsIgnoreCase).isPresent();
    long channels = dims.size() == 4 ? dims.get(last ? 3 : 1) : 0;
    return channels == 1 || channels == 3 ? (int) channels : 0;
  }

  private void requireSame(
      OnnxModel model, PreprocessingEntries carried, Preprocessing own, Preprocessing merged) {
    requireSame(model, Key.MEAN, own.mean(), merged.mean());
    requireSame(model, Key.STD, own.std(), merged.std());
    requireSame(model, Key.LAYOUT, own.layout(), merged.layout());
    requireSame(model, Key.CHANNELS, own.channelOrder(), merged.channelOrder());
    requireSame(model, Key.SCALE, own.scale(), merged.scale());
    if (carried.only(true).isEmpty()) {
      return;
    }
    Geometry its = own.geometry();
    Geometry asked = merged.geometry();
    if (says(Key.RESIZE) || says(Key.LETTERBOX)) {
      requireSame(
          model, says(Key.RESIZE) ? Key.RESIZE : Key.LETTERBOX, its.sizing(), asked.sizing());
    }
    if (says(Key.CROP)) {
      requireSame(model, Key.CROP, its.crop(), asked.crop());
    }
    if (says(Key.INTERPOLATION) || says(Key.ANTIALIAS)) {
      requireSame(model, Key.INTERPOLATION, its.resampling(), asked.resampling());
    }
  }

  private void requireSame(OnnxModel model, Key key, Object own, Object merged) {
    if (!own.equals(merged)) {
      throw new BadInputException(
          name.apply(key)
              + " "
              + given.value(key).orElse("")
              + " contradicts the metadata of model "
              + model.name()
              + ", which says "
              + (own instanceof Optional<?> || own instanceof Record
                  ? PreprocessingMetadata.entries(model).value(key).orElse("nothing")
                  : own));
    }
  }

  /** A sentence about mean, std and scale, with what the user calls them. */
  private String named(String sentence) {
    return sentence
        .replaceFirst("^mean ", name.apply(Key.MEAN) + " ")
        .replaceFirst("and std ", "and " + name.apply(Key.STD) + " ")
        .replace("or the scale 1 ", "or " + name.apply(Key.SCALE) + " 1 ");
  }
}
