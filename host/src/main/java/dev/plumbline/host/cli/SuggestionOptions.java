package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import picocli.CommandLine.Option;

/** What a suggestion of float layers may cost. */
final class SuggestionOptions {
  @Option(
      names = "--max-size-growth",
      defaultValue = "25",
      paramLabel = "PERCENT",
      description =
          "How much the compressed model's file may grow by suggested layers (default:"
              + " ${DEFAULT-VALUE}).")
  private double growth;

  /** In percent, at least 0. */
  double growth() {
    if (!(growth >= 0)) {
      throw new BadInputException("--max-size-growth is " + growth + ", expected at least 0");
    }
    return growth;
  }
}
