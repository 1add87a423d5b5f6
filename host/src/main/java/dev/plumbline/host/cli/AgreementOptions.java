package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.campaign.AgreementBound;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Agreement;
import java.nio.file.Path;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** How far a model may be from the one it is made from to be written. */
final class AgreementOptions {
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
  WrittenAnswer write(OnnxModel model, Path file, Agreement agreement, CommonOptions common) {
    AgreementBound bound =
        new AgreementBound(least == null ? OptionalDouble.empty() : OptionalDouble.of(least));
    AgreementBound.Written written = bound.write(model, file, agreement);
    written.warning().ifPresent(sentence -> common.say("plumbline: WARNING: " + sentence));
    return new WrittenAnswer(written);
  }
}
