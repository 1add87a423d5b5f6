package dev.plumbline.host.web;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.gateway.JoinedAgent;
import dev.plumbline.host.report.html.Element;
import dev.plumbline.host.report.html.Headline;
import dev.plumbline.host.report.html.HtmlReport;
import dev.plumbline.host.report.html.Page;
import dev.plumbline.host.report.html.Table;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import dev.plumbline.host.report.summary.SeveritySummary;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** The list of all jobs and of the agents that have joined, as a page. */
final class IndexPage {
  private IndexPage() {}

  static String html(Path root, List<Job> jobs, List<JoinedAgent> agents) {
    Element main = Element.of("main");
    if (jobs.isEmpty()) {
      main.add(
          Element.of(
                  "section",
                  Element.text("h2", "No job yet"),
                  Element.text(
                      "p",
                      "No folder below "
                          + root
                          + " holds a summary.json. A job appears here when its report is"
                          + " written; load this page again then."))
              .classed("panel"));
    }
    jobs.forEach(job -> main.add(card(job)));
    if (!agents.isEmpty()) {
      main.add(joined(agents));
    }
    return Page.html(
        "Plumbline",
        List.of(
            Page.masthead("Plumbline", Figures.count(jobs.size(), "job") + " below " + root),
            main));
  }

  private static Element joined(List<JoinedAgent> agents) {
    Table table =
        new Table(
                "Agents that have joined",
                "Agent",
                "Address",
                "Since",
                "Processor",
                "ONNX Runtime",
                "Calls")
            .figuresFrom(5);
    for (JoinedAgent agent : agents) {
      table.row(
          agent.name(),
          agent.address(),
          agent.since().truncatedTo(ChronoUnit.SECONDS).toString(),
          agent.fingerprint().getArch() + " " + agent.fingerprint().getProcessor(),
          agent.fingerprint().getRuntime(),
          Figures.count(agent.openCalls()));
    }
    return Element.of("section", Element.text("h2", "Joined agents"))
        .classed("panel")
        .add(table.element());
  }

  private static Element card(Job job) {
    Element heading =
        job.hasReport()
            ? Element.of("h2", Element.text("a", job.name()).with("href", job.page()))
            : Element.text("h2", job.name());
    Element card = Element.of("section", heading).classed("panel");
    if (job.summary().isEmpty()) {
      return card.add(Element.text("p", job.problem()));
    }
    var summary = job.summary().get();
    card.add(
        Element.text(
                "p", HtmlReport.date(summary.created()) + ", Plumbline " + summary.toolVersion())
            .classed("quiet"));
    Table table =
        new Table(
                "Pairs of " + job.name(),
                "Pair",
                "Verdict",
                "Devices",
                "Severity (median, largest)",
                "Effective",
                "Valid",
                "Invalid",
                "Corpus",
                "Held out")
            .figuresFrom(4);
    summary.pairs().forEach((name, pair) -> row(table, name, pair));
    card.add(table.element());
    Element links = Element.of("p");
    if (job.hasReport()) {
      links.add(Element.text("a", "Report").with("href", job.page())).say(" \u00b7 ");
    } else {
      links.say("No report.html yet \u00b7 ");
    }
    return card.add(links.add(Element.text("a", "summary.json").with("href", job.api())));
  }

  private static void row(Table table, String name, PairSummary pair) {
    table.row(
        name,
        new Headline(pair).sentence(),
        devices(pair),
        severity(pair),
        Figures.count(pair.effective()),
        Figures.count(pair.valid()),
        Figures.count(pair.invalid()),
        pair.repair().map(r -> change(r.corpusBefore(), r.corpusAfter())).orElse(Figures.NONE),
        pair.repair().map(IndexPage::heldOut).orElse(Figures.NONE));
  }

  private static String heldOut(RepairSummary repair) {
    return change(repair.heldoutBefore(), repair.heldoutAfter());
  }

  private static String change(long before, long after) {
    return Figures.count(before) + " \u2192 " + Figures.count(after);
  }

  private static String devices(PairSummary pair) {
    String devices =
        pair.judges().stream()
            .filter(judge -> judge.kind() == JudgeKind.DEVICE)
            .map(IndexPage::verdict)
            .collect(Collectors.joining(", "));
    return devices.isEmpty() ? Figures.NONE : devices;
  }

  private static String severity(PairSummary pair) {
    String judges =
        pair.judges().stream()
            .flatMap(judge -> judge.severity().stream().map(of -> severity(judge, of)))
            .collect(Collectors.joining("; "));
    return judges.isEmpty() ? "not known" : judges;
  }

  private static String severity(JudgeSummary judge, SeveritySummary severity) {
    return "%s: %s, %s"
        .formatted(
            judge.id(),
            severity(severity.quantiles().get("0.5")),
            severity(severity.quantiles().get("1")));
  }

  /** A file of somebody else may not have it. */
  private static String severity(Double quantile) {
    return quantile == null ? Figures.NONE : Figures.severity(quantile);
  }

  private static String verdict(JudgeSummary judge) {
    return "%s: %s of %s"
        .formatted(judge.id(), Figures.count(judge.deviates()), Figures.count(judge.judged()));
  }
}
