package dev.plumbline.host.cli;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which output of a model holds its scores; the same name in all models of a verb. */
final class OutputOption {
  @Option(
      names = "--output",
      paramLabel = "NAME",
      description =
          "The output that holds the scores of classes, for models with several (default: the only"
              + " one that fits the classes of the data).")
  private String name;

  /**
   * A model with its scores at the right output; says which where it has several.
   *
   * @param classNames of the data or the corpus; none where it lists no classes
   */
  OnnxModel choose(OnnxModel model, List<String> classNames, CommonOptions common) {
    OnnxModel chosen = OutputChoice.of(model, Optional.ofNullable(name), classNames);
    OutputChoice.sentence(chosen).ifPresent(common::say);
    return chosen;
  }

  /** A model with its scores at the output that is named; as it is where none is. */
  OnnxModel named(OnnxModel model) {
    return name == null ? model : OutputChoice.of(model, Optional.of(name), List.of());
  }
}
