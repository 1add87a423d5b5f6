package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which data a verb works on. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description =
          "Class folders or a zip of them, IDX or CIFAR-10 files; the kind is recognised.")
  private Path data;

  @Option(names = "--split", paramLabel = "train|test", description = "Which split of the data.")
  private String split;

  @Option(
      names = "--range",
      paramLabel = "FROM:TO",
      description = "Which pictures, by number from 0; TO is not included.")
  private String range;

  Dataset open(Geometry geometry) {
    return Datasets.open(
        data,
        split == null ? null : Split.parse(split),
        range == null ? null : Range.parse(range),
        geometry);
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
    other.split = otherSplit == null ? split : otherSplit;
    other.range = otherRange;
    return other;
  }

  /** As a corpus and messages call it. */
  String text() {
    return data + (split == null ? "" : " " + split) + (range == null ? "" : " " + range);
  }
}
