package dev.plumbline.host.report.html;

import dev.plumbline.host.WholeFile;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.fleet.Baseline;
import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.FleetFigures;
import dev.plumbline.host.guard.GuardGate;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.FleetSummary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The fleet's regression gate as a page that carries its style and fetches nothing. */
public final class CheckReport {
  private final String title;
  private final Instant started;
  private final FleetCheck check;
  private final FleetSummary fleet;
  private final int maxNew;
  private final FlipTable flips;
  private final Optional<GuardGate> guard;

  /**
   * @param title of the page
   * @param fleet how judges differ on these pictures
   * @param maxNew new flips that a judge may have
   * @param clean pictures that were judged beside the corpus
   * @param guard of a guarded model
   */
  public CheckReport(
      String title,
      Instant started,
      FleetCheck check,
      FleetSummary fleet,
      int maxNew,
      List<Question> clean,
      Optional<GuardGate> guard) {
    this.guard = guard;
    this.flips = new FlipTable(check, check.answers().corpus(), clean);
    this.title = title;
    this.started = started;
    this.check = check;
    this.fleet = fleet;
    this.maxNew = maxNew;
  }

  /** Writes the page beside the file first, then moves it there. */
  public void write(Path file) {
    WholeFile.write(file, out -> out.write(html().getBytes(StandardCharsets.UTF_8)));
  }

  /** The text of the page. */
  public String html() {
    Element section = Element.of("section").classed("pair");
    section.add(Element.text("p", sentence()).classed("lead"));
    section.add(Panel.of("New flips", MEANING, groups()));
    guard.ifPresent(gate -> section.add(GuardPanels.gate(gate)));
    check.checks().stream()
        .flatMap(part -> part.labelling().stream())
        .forEach(sentence -> section.add(Element.text("p", sentence)));
    if (check.checks().stream().anyMatch(part -> !part.changes().isEmpty())) {
      section.add(changes());
    }
    List<Element> listed = flips.elements();
    if (!listed.isEmpty()) {
      section.add(Panel.of("Which pictures", WHICH, listed.toArray(Element[]::new)));
    }
    Map<String, Severities> severities = FleetFigures.severities(check.answers());
    if (!severities.isEmpty()) {
      section.add(
          SeverityPanel.of(check.answers().corpus().header().task().severityUnit(), severities));
    }
    if (!check.answers().failures().isEmpty()) {
      section.add(failures());
    }
    if (!fleet.noise().isEmpty()) {
      section.add(FleetPanels.noise(fleet.noise()));
    }
    section.add(FleetPanels.matrices(fleet.corpus(), fleet.clean()));
    if (!fleet.warnings().isEmpty()) {
      section.add(FleetPanels.warnings(fleet.warnings()));
    }
    return Page.html(
        title,
        List.of(
            Page.masthead(title, HtmlReport.date(started.toString()) + ", run " + check.run()),
            Element.of("main", section)));
  }

  private static final String MEANING =
      "A new flip is a picture on which the model deviates now and did not in the baseline. Mended"
          + " is the reverse. A flaky picture, whose decision flips on one judge by itself, is"
          + " neither.";

  private static final String WHICH =
      "A cross marks a new flip of that judge. The difference is drawn around mid-grey: lighter"
          + " where the mutated picture is brighter than its seed, darker where it is darker.";

  private String sentence() {
    List<String> past =
        guard.stream()
            .flatMap(
                gate ->
                    gate.judges().figures().keySet().stream()
                        .filter(j -> !gate.reasons(j).isEmpty()))
            .toList();
    if (!past.isEmpty() && !check.failed(maxNew)) {
      return "Failed: the guard does not hold on " + String.join(", ", past) + ".";
    }
    if (check.passed(maxNew)) {
      return "Passed: no judge has more than %s.".formatted(Figures.count(maxNew, "new flip"));
    }
    if (!check.failed(maxNew)) {
      return "Not passed: judged nothing on " + String.join(", ", check.idle()) + ".";
    }
    return check.answers().onCorpus().stream()
        .filter(judged -> check.flips(judged.id()) > maxNew)
        .map(judged -> judged.id() + " has " + Figures.count(check.flips(judged.id()), "new flip"))
        .collect(
            Collectors.joining(
                ", ", "Failed: ", "; expected at most " + maxNew + " of each judge."));
  }

  private Element groups() {
    Table table =
        new Table(
                "New flips by judge and class of pictures",
                "Judge",
                "Class",
                "Baseline",
                "Asked",
                "Compared",
                "New flips",
                "Mended",
                "Today")
            .figuresFrom(3);
    for (BaselineCheck part : check.checks()) {
      for (Group group : part.groups()) {
        table.row(
            part.judged().id(),
            group.name(),
            baseline(part.baseline()),
            Figures.count(group.asked()),
            Figures.count(group.compared()),
            Figures.count(group.flips().size()),
            Figures.count(group.mended()),
            group.outcomes().entrySet().stream()
                .map(e -> Figures.count(e.getValue()) + " " + e.getKey())
                .collect(Collectors.joining(", ")));
      }
    }
    return table.element();
  }

  private Element changes() {
    Table table = new Table("What changed since the baseline", "Judge", "Part", "Before", "Now");
    check.checks().stream()
        .map(part -> Map.entry(part.judged().id(), part.changes()))
        .distinct()
        .forEach(
            judge ->
                judge
                    .getValue()
                    .forEach(
                        cause ->
                            table.row(
                                judge.getKey(), cause.part(), cause.before(), cause.after())));
    return Panel.of(
        "What changed", "Between the run that is the baseline and this one.", table.element());
  }

  private static String baseline(Optional<Baseline> baseline) {
    return baseline
        .map(b -> "run " + b.run() + ", " + HtmlReport.date(b.judged().toString()))
        .orElse("none yet");
  }

  private Element failures() {
    Table table = new Table("Judges that did not get through", "Judge", "What happened", "Why");
    for (Map.Entry<String, Judged.Failure> failure : check.answers().failures().entrySet()) {
      table.row(
          failure.getKey(), failure.getValue().outcome().toString(), failure.getValue().message());
    }
    return Panel.of("Not judged", "", table.element());
  }
}
