package dev.plumbline.host.cli;

import dev.plumbline.host.OneLine;
import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.LabelRules;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.OpenedData;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How data is read, and what was left out of it. */
final class ReadingOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--unlabelled",
      description = "The pictures have no labels, whatever their folders are called.")
  private boolean unlabelled;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "The model's classes in its order, a name or 'synset name' on each line, or JSON: labels"
              + " go by name.")
  private Path classes;

  @Option(
      names = "--label-map",
      paramLabel = "FILE",
      description = "Which class a label of the data is: label,class on each line, or JSON.")
  private Path labelMap;

  @Option(
      names = "--label-offset",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Added to labels that are numbers; 1 for models with a background class (default:"
              + " ${DEFAULT-VALUE}).")
  private int labelOffset;

  @Option(
      names = "--list-root",
      paramLabel = "FOLDER",
      description = "Where the paths of a list begin (default: the folder of the list).")
  private Path listRoot;

  @Option(
      names = "--skip-broken",
      description = "Count broken pictures and leave them out (default: the first is refused).")
  private boolean skipBroken;

  // By the request, as a verb may open the same data twice.
  private final Map<DataRequest, LeftOut> leftOut = new LinkedHashMap<>();

  /**
   * @param split null for all
   * @param range null for all
   */
  Dataset open(Path data, String split, String range, Geometry geometry) {
    DataRequest request =
        new DataRequest(
            data,
            split == null ? null : Split.parse(split),
            range == null ? null : Range.parse(range),
            LabelRules.read(unlabelled, classes, labelMap, labelOffset),
            listRoot,
            skipBroken);
    OpenedData opened = Datasets.open(request, geometry);
    LeftOut before = leftOut.put(request, opened.leftOut());
    if (before == null) {
      opened.warning().ifPresent(this::warn);
    }
    return opened.pictures();
  }

  private void warn(String sentence) {
    spec.commandLine().getErr().println(OneLine.of("warning: " + sentence));
    spec.commandLine().getErr().flush();
  }

  /** What was left out of all data that was opened. */
  Collection<LeftOut> leftOut() {
    return leftOut.values();
  }
}
