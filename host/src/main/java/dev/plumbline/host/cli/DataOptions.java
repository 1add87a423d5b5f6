package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.DataDigest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which data a verb works on. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description =
          "A folder or zip of pictures, a list of them, IDX, CIFAR or Parquet files; the kind is"
              + " recognised (docs/data.md).")
  private Path data;

  @Mixin private PartOptions part = new PartOptions();

  @Mixin private ReadingOptions reading = new ReadingOptions();

  Dataset open(Geometry geometry) {
    return reading.open(data, part.split(), part.range(), geometry);
  }

  /**
   * All of the split that a part of the data is of, read only where there is more.
   *
   * @param opened as {@link #open(Geometry)} gave it
   */
  Dataset whole(Dataset opened, Geometry geometry) {
    return part.range() == null ? opened : with(null, null).open(geometry);
  }

  /** Other data that is read in the same way. */
  Dataset open(Path other, String otherSplit, String otherRange, Geometry geometry) {
    return reading.open(other, otherSplit, otherRange, geometry);
  }

  /**
   * Other pictures of the same data.
   *
   * @param otherSplit null for the same split
   * @param otherRange null for all of it
   */
  DataOptions with(String otherSplit, String otherRange) {
    DataOptions other = new DataOptions();
    other.data = data;
    other.reading = reading;
    other.part = PartOptions.of(otherSplit == null ? part.split() : otherSplit, otherRange);
    return other;
  }

  /** The same for the same pictures, wherever they lie; reads all of the data. */
  String digest() {
    return DataDigest.of(data) + part.text();
  }

  /** As a corpus and messages call it. */
  String text() {
    return data + part.text();
  }
}
