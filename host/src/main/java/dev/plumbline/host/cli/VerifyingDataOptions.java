package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which data a graph is verified on, where it is. */
final class VerifyingDataOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Pictures for --verify; the kind is recognised (docs/data.md).")
  private Path data;

  @Option(names = "--split", paramLabel = "train|test", description = "Which split of the data.")
  private String split;

  @Option(
      names = "--range",
      paramLabel = "FROM:TO",
      description = "Which pictures, by number from 0; TO is not included.")
  private String range;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  boolean isGiven() {
    return data != null;
  }

  Dataset open(Geometry geometry) {
    return reading.open(data, split, range, geometry);
  }
}
