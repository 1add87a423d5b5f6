package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.LeftOut;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Clean pictures, for a verb that may be given some. */
final class CleanDataOptions {
  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Clean pictures; the kind of data is recognised (docs/data.md).")
  private Path data;

  @Mixin private PartOptions part = new PartOptions();

  @Mixin private ReadingOptions reading = new ReadingOptions();

  /** Refuses a part of no data, before anything is opened. */
  void requireSound() {
    if (data == null && part.isGiven()) {
      throw new BadInputException("--split and --range need --data, found none");
    }
  }

  boolean isGiven() {
    return data != null;
  }

  /** What was left out of the pictures that were opened. */
  LeftOut leftOut() {
    return reading.leftOut().stream().findFirst().orElseGet(LeftOut::nothing);
  }

  Dataset open(Geometry geometry) {
    return reading.open(data, part.split(), part.range(), geometry);
  }
}
