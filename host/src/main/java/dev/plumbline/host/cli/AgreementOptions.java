package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Agreement;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How far a model may be from the one it is made from to be written. */
final class AgreementOptions {
  /** A compressed model that is worth its name is far above; one that went wrong is below. */
  private static final double WARNED_BELOW = 0.9;

  @Option(
      names = "--min-agreement",
      paramLabel = "SHARE",
      description =
          "Write the model only if it gives at least this share of the labels of the model it is"
              + " made from, 0 to 1; exit code 1 otherwise (default: always write, warn below"
              + " 0.9).")
  private Double least;

  /** Checks the option's value, which is better done before hours of work. */
  void requireShare() {
    if (least != null && !(least >= 0 && least <= 1)) {
      throw new BadInputException("--min-agreement is " + least + ", expected 0 to 1");
    }
  }

  /**
   * Writes a model if it agrees well enough; says on standard error if it does not.
   *
   * @param agreement of {@code model} with the one it is made from
   */
  Written write(OnnxModel model, Path file, Agreement agreement, CommonOptions common) {
    boolean refused = least != null && agreement.share() < least;
    Optional<String> warning =
        refused || agreement.share() < WARNED_BELOW
            ? Optional.of(warning(file, agreement, refused))
            : Optional.empty();
    warning.ifPresent(sentence -> common.say("plumbline: WARNING: " + sentence));
    if (!refused) {
      model.write(file);
    }
    return new Written(model, file, agreement, warning, !refused);
  }

  private String warning(Path file, Agreement agreement, boolean refused) {
    return String.format(
        Locale.ROOT,
        "the model gives the label of the one it is made from on %d of %d pictures (%.1f %%),"
            + " expected %s %.1f %%; %s",
        agreement.same(),
        agreement.pictures(),
        100 * agreement.share(),
        refused ? "at least" : "more than",
        100 * (refused ? least : WARNED_BELOW),
        refused ? file + " was not written" : "look before you use " + file);
  }

  /**
   * What became of a model.
   *
   * @param warning if it agrees too little
   * @param written whether the file is there
   */
  record Written(
      OnnxModel model, Path file, Agreement agreement, Optional<String> warning, boolean written) {

    /** For programs; the file's name and SHA-256 only if it is there. */
    Map<String, Object> asMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      if (written) {
        map.put("model", file.toString());
        map.put("sha256", model.sha256());
      }
      map.put("agreement", agreement.share());
      map.put("agreement_pictures", agreement.pictures());
      warning.ifPresent(sentence -> map.put("warning", sentence));
      return map;
    }

    /** For people. */
    List<String> lines() {
      String agrees =
          String.format(
              Locale.ROOT,
              "the same label as the model it is made from: %d of %d pictures (%.1f %%)",
              agreement.same(),
              agreement.pictures(),
              100 * agreement.share());
      return List.of((written ? "wrote " : "did not write ") + file, agrees);
    }

    int exitCode() {
      return written ? 0 : Main.CHECK_FAILED;
    }
  }
}
