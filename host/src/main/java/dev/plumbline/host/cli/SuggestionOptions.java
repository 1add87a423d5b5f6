package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
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

  /** The largest size in bytes of a model made from a compressed one. */
  long largest(OnnxModel compressed) {
    if (!(growth >= 0)) {
      throw new BadInputException("--max-size-growth is " + growth + ", expected at least 0");
    }
    return (long) (compressed.bytes().length * (1 + growth / 100));
  }
}
