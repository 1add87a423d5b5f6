package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.Optional;

/**
 * How the preprocessing is carried in a model's metadata: an entry for each key of {@link
 * PreprocessingEntries}, numbers in Java's shortest form that reads back to the same float32.
 */
public final class PreprocessingMetadata {
  private static final String PREFIX = "plumbline.preprocessing.";

  private PreprocessingMetadata() {}

  /**
   * The preprocessing that a model carries, if any.
   *
   * @throws BadInputException if what it carries cannot be read
   */
  public static Optional<Preprocessing> read(OnnxModel model) {
    PreprocessingEntries entries = entries(model);
    if (entries.value(Key.MEAN).isEmpty() && entries.value(Key.STD).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(entries.preprocessing(0));
    } catch (IllegalArgumentException e) {
      throw unreadable(model, e);
    }
  }

  /** What a model carries, key by key. */
  static PreprocessingEntries entries(OnnxModel model) {
    try {
      return PreprocessingEntries.of(key -> model.metadata(PREFIX + key.text()));
    } catch (IllegalArgumentException e) {
      throw unreadable(model, e);
    }
  }

  private static BadInputException unreadable(OnnxModel model, IllegalArgumentException e) {
    return new BadInputException(
        "the preprocessing in the metadata of model "
            + model.name()
            + " cannot be read: "
            + e.getMessage(),
        e);
  }

  /** A model with a preprocessing in its metadata. */
  public static OnnxModel write(OnnxModel model, Preprocessing preprocessing) {
    PreprocessingEntries entries = PreprocessingEntries.of(preprocessing);
    OnnxModel written = model;
    for (Key key : Key.values()) {
      String entry = PREFIX + key.text();
      // What the model carried before and does not apply any more cannot be taken out.
      Optional<String> text =
          entries.value(key).or(() -> model.metadata(entry).map(old -> PreprocessingEntries.NONE));
      if (text.isPresent()) {
        written = written.withMetadata(entry, text.get());
      }
    }
    return written;
  }
}
