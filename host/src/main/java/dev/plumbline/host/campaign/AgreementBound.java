package dev.plumbline.host.campaign;

import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.task.Agreement;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a model may be from the one that it was made from to be written.
 *
 * @param least share of the pictures on which both decide the same, 0 to 1; empty to write any
 *     model, and to warn of one that went wrong
 */
public record AgreementBound(OptionalDouble least) {
  /** A compressed model that is worth its name is far above; one that went wrong is below. */
  private static final double WARNED_BELOW = 0.9;

  /**
   * What became of a model.
   *
   * @param warning if it agrees too little
   * @param written whether the file is there
   */
  public record Written(
      OnnxModel model, Path file, Agreement agreement, Optional<String> warning, boolean written) {
    /** What people call the model's inputs. */
    public String nouns() {
      return AgreementBound.nouns(model);
    }
  }

  private static String nouns(OnnxModel model) {
    return PreprocessingMetadata.read(model)
        .map(Preprocessing::nouns)
        .orElse(Preprocessing.PICTURES);
  }

  /**
   * Writes a model if it agrees well enough.
   *
   * @param agreement of {@code model} with the one that it was made from
   */
  public Written write(OnnxModel model, Path file, Agreement agreement) {
    boolean refused = least.isPresent() && agreement.share() < least.getAsDouble();
    Optional<String> warning =
        refused || agreement.share() < WARNED_BELOW
            ? Optional.of(warning(model, file, agreement, refused))
            : Optional.empty();
    if (!refused) {
      model.write(file);
    }
    return new Written(model, file, agreement, warning, !refused);
  }

  private String warning(OnnxModel model, Path file, Agreement agreement, boolean refused) {
    return String.format(
        Locale.ROOT,
        "the model decides as the one it is made from on %d of %d %s (%.1f %%),"
            + " expected %s %.1f %%; %s",
        agreement.same(),
        agreement.pictures(),
        nouns(model),
        100 * agreement.share(),
        refused ? "at least" : "more than",
        100 * (refused ? least.orElseThrow() : WARNED_BELOW),
        refused ? file + " was not written" : "look before you use " + file);
  }
}
