package dev.plumbline.host.cli;

import picocli.CommandLine.Option;

/** Which part of the data a verb works on. */
final class PartOptions {
  @Option(names = "--split", paramLabel = "train|test", description = "Which split of the data.")
  private String split;

  @Option(
      names = "--range",
      paramLabel = "FROM:TO",
      description = "Which pictures, by number from 0; TO is not included.")
  private String range;

  /** A part that no option says; null for all in either. */
  static PartOptions of(String split, String range) {
    PartOptions part = new PartOptions();
    part.split = split;
    part.range = range;
    return part;
  }

  boolean isGiven() {
    return split != null || range != null;
  }

  String split() {
    return split;
  }

  String range() {
    return range;
  }

  /** As a corpus and messages call it, behind the data; empty for all. */
  String text() {
    return (split == null ? "" : " " + split) + (range == null ? "" : " " + range);
  }
}
