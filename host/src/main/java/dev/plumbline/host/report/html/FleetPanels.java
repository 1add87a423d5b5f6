package dev.plumbline.host.report.html;

import dev.plumbline.host.judging.Disagreement;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.Provenance;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.FleetSummary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How judges differ from each other, and from themselves. */
final class FleetPanels {
  private static final Map<Provenance.Kind, String> MEANINGS =
      Map.of(
          Provenance.Kind.PROXY_ONLY, "a false alarm of the simulation",
          Provenance.Kind.HOST_ONLY, "the host and no device",
          Provenance.Kind.DEVICE_ONLY, "every device and not the host",
          Provenance.Kind.SOME_DEVICES, "some of the devices",
          Provenance.Kind.ALL, "everybody who ran the real model");

  private FleetPanels() {}

  static List<Element> of(FleetSummary fleet) {
    List<Element> panels = new ArrayList<>();
    panels.add(provenance(fleet.provenance()));
    if (!fleet.ran().isEmpty()) {
      panels.add(ran(fleet.ran()));
    }
    if (!fleet.noise().isEmpty()) {
      panels.add(noise(fleet.noise()));
    }
    Element matrices = matrices(fleet.corpus(), fleet.clean());
    panels.add(matrices);
    if (!fleet.warnings().isEmpty()) {
      panels.add(warnings(fleet.warnings()));
    }
    return panels;
  }

  static Element provenance(Provenance.Counts counts) {
    Table table =
        new Table("Whose the deviations are", "Seen by", "Meaning", "Pictures").figuresFrom(2);
    counts
        .kinds()
        .forEach(
            (kind, count) -> table.row(kind.toString(), MEANINGS.get(kind), Figures.count(count)));
    counts
        .some()
        .forEach((devices, count) -> table.row(devices, "these devices", Figures.count(count)));
    Element panel =
        Panel.of(
            "Who sees the deviations",
            "The proxy called %s of these deviations valid; devices see %s of those, which a"
                    .formatted(
                        Figures.count(counts.unseenByProxy()),
                        Figures.count(counts.unseenOnDevices()))
                + " simulation alone would miss.",
            table.element());
    if (counts.unseenBy().isEmpty()) {
      return panel;
    }
    Table unseen =
        new Table("Deviations that the proxy called valid", "Judge", "Pictures").figuresFrom(1);
    counts.unseenBy().forEach((judge, count) -> unseen.row(judge, Figures.count(count)));
    return panel.add(unseen.element());
  }

  private static Element ran(Map<String, Placement> judges) {
    Table table =
        new Table("Nodes by execution provider", "Judge", "Provider", "Nodes", "Operators");
    judges.forEach(
        (judge, ran) -> {
          for (Placement.ByProvider run : ran.providers()) {
            table.row(
                judge,
                run.provider(),
                Figures.count(run.nodes()),
                run.operators().entrySet().stream()
                    .map(operator -> operator.getValue() + " " + operator.getKey())
                    .collect(Collectors.joining(", ")));
          }
        });
    return Panel.of(
        "What really ran",
        "As ONNX Runtime's profile on the device tells, after it optimised the graph.",
        table.element());
  }

  static Element noise(List<FleetSummary.Noise> noise) {
    Table table =
        new Table(
                "Labels that flip by themselves",
                "Judge",
                "Model",
                "Run again with",
                "Pictures",
                "Flips")
            .figuresFrom(3);
    long flaky = 0;
    for (FleetSummary.Noise judge : noise) {
      flaky += judge.flaky();
      for (NoiseFloor.RepeatedRun run : judge.repeats()) {
        table.row(
            judge.judge(),
            run.model(),
            run.conditions(),
            Figures.count(run.pictures()),
            Figures.count(run.flips()));
      }
    }
    return Panel.of(
        "Noise floor",
        "Before anything was counted each judge repeated its runs. Pictures whose decision flipped"
            + " are"
            + " no deviations of compression and are counted nowhere else: %s of the corpus."
                .formatted(Figures.count(flaky, "verdict")),
        table.element());
  }

  static Element matrices(List<Disagreement> corpus, List<Disagreement> clean) {
    Element panel =
        Panel.of(
            "Judge against judge",
            "On how many pictures two judges that ran the same model decide differently; on"
                + " clean pictures with the 95\u202F% interval of Clopper and Pearson. The corpus"
                + " was searched for such pictures, so its counts are no rates.",
            matrix("Different decisions on the corpus", corpus, FleetPanels::counts));
    return clean.isEmpty()
        ? panel
        : panel.add(matrix("Different decisions on clean pictures", clean, FleetPanels::rate));
  }

  private static Element matrix(
      String caption, List<Disagreement> pairs, Function<Disagreement, String> words) {
    Set<String> judges = new LinkedHashSet<>();
    pairs.forEach(pair -> judges.add(pair.first()));
    pairs.forEach(pair -> judges.add(pair.second()));
    List<String> columns = new ArrayList<>(List.of("Judge"));
    columns.addAll(judges);
    Table table = new Table(caption, columns.toArray(String[]::new)).figuresFrom(1);
    for (String row : judges) {
      table.row(
          row,
          judges.stream().map(column -> cell(pairs, row, column, words)).toArray(String[]::new));
    }
    return table.element();
  }

  /** Of pictures that a search chose: an interval would pass for a failure rate. */
  private static String counts(Disagreement pair) {
    return Figures.count(pair.differ()) + " of " + Figures.count(pair.pictures());
  }

  private static String rate(Disagreement pair) {
    return "%s, %s to %s"
        .formatted(
            counts(pair),
            Figures.share(pair.interval().low()),
            Figures.share(pair.interval().high()));
  }

  private static String cell(
      List<Disagreement> pairs, String row, String column, Function<Disagreement, String> words) {
    return pairs.stream()
        .filter(
            pair ->
                Set.of(pair.first(), pair.second())
                    .equals(new LinkedHashSet<>(List.of(row, column))))
        .findFirst()
        .map(words)
        .orElse(Figures.NONE);
  }

  static Element warnings(List<String> warnings) {
    Element list = Element.of("ul");
    warnings.forEach(warning -> list.add(Element.text("li", warning)));
    return Panel.of("Warnings", "", list);
  }
}
