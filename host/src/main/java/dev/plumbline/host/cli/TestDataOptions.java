package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Geometry;
import picocli.CommandLine.Option;

/** Which pictures of a verb's data its figures are of. */
final class TestDataOptions {
  @Option(
      names = "--test-split",
      paramLabel = "train|test",
      description =
          "The split that accuracy and agreement are of (default: the pictures that are learned"
              + " from).")
  private String split;

  @Option(
      names = "--test-range",
      paramLabel = "FROM:TO",
      description = "Which pictures of it, by number from 0; TO is not included.")
  private String range;

  Dataset open(DataOptions learned, Geometry geometry) {
    return isGiven() ? learned.with(split, range).open(geometry) : learned.open(geometry);
  }

  /** As messages call them. */
  String text(DataOptions learned) {
    return isGiven() ? learned.with(split, range).text() : learned.text() + ", learned from";
  }

  private boolean isGiven() {
    return split != null || range != null;
  }
}
