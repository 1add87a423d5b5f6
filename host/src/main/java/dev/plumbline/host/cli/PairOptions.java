package dev.plumbline.host.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** An original and the compressed model made from it. */
final class PairOptions {
  @Option(
      names = "--original",
      required = true,
      paramLabel = "M.onnx",
      description = "The original.")
  private Path original;

  @Option(
      names = "--compressed",
      required = true,
      paramLabel = "C.onnx",
      description = "The compressed model.")
  private Path compressed;

  Path original() {
    return original;
  }

  Path compressed() {
    return compressed;
  }
}
