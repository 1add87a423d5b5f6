package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import picocli.CommandLine.Option;

/** How many pictures a step of training takes. */
final class BatchOption {
  @Option(
      names = "--batch",
      defaultValue = "128",
      paramLabel = "N",
      description =
          "Pictures of each step of training; where memory has no room for so many, they go through"
              + " the model in parts (default: ${DEFAULT-VALUE}).")
  private int batch;

  /**
   * The number, at least 2.
   *
   * @throws BadInputException if it is less: batch normalisation needs pictures to compare
   */
  int pictures() {
    if (batch < 2) {
      throw new BadInputException("--batch is " + batch + ", expected at least 2");
    }
    return batch;
  }
}
