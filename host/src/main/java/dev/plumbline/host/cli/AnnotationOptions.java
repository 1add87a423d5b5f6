package dev.plumbline.host.cli;

import dev.plumbline.host.dataset.DataDigest;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What people noted about pictures. */
final class AnnotationOptions {
  @Option(
      names = "--annotations",
      paramLabel = "PATH",
      description =
          "What people noted about the pictures, for models that are no classifiers: boxes, masks,"
              + " points, texts; docs/tasks.md has the formats.")
  private Path annotations;

  Optional<Path> path() {
    return Optional.ofNullable(annotations);
  }

  /** What the annotations hold, as a word of its own; empty without any. */
  String digest() {
    return path().map(noted -> " annotations " + DataDigest.of(noted)).orElse("");
  }
}
