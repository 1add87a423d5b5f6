package dev.plumbline.host.report.html;

import dev.plumbline.host.report.summary.AgreementSummary;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.NewSearchSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import java.util.Locale;
import java.util.Map;

/** All that the page shows of one pair. */
final class PairSection {
  private final PairSummary pair;
  private final PairReport report;
  private final Headline headline;

  PairSection(PairSummary pair, PairReport report) {
    this.pair = pair;
    this.report = report;
    this.headline = new Headline(pair);
  }

  /** The verdict in short, for the top of the page. */
  Element verdict() {
    return Element.of(
            "article",
            Element.of("h2", Element.text("a", report.title()).with("href", "#" + report.name())),
            Element.text("p", headline.sentence()).classed("lead"),
            tiles())
        .classed("verdict");
  }

  Element element() {
    Element section =
        Element.of("section", Element.text("h2", report.title()))
            .classed("pair")
            .with("id", report.name());
    if (!report.description().isBlank()) {
      section.add(Element.text("p", report.description()).classed("quiet"));
    }
    Element words = Element.of("div").classed("words");
    headline.details().forEach(sentence -> words.add(Element.text("p", sentence)));
    section.add(words);
    section.add(new CountsPanels(pair).classesAndJudges());
    pair.newSearch().ifPresent(found -> section.add(NewSearchPanel.of(found)));
    pair.precision().ifPresent(tried -> section.add(PrecisionPanel.of(tried)));
    pair.repair().ifPresent(repair -> section.add(RepairPanel.of(pair, repair)));
    if (!report.gallery().isEmpty()) {
      section.add(
          Panel.of(
              "Gallery",
              "The original keeps the decision on the seed, the compressed model does not. The most"
                  + " severe first: those on which both models are far from another decision. The"
                  + " difference is drawn around mid-grey: lighter where the mutated picture is"
                  + " brighter than its seed, darker where it is darker.",
              Gallery.element(report.gallery())));
    }
    if (!report.severities().isEmpty()) {
      section.add(SeverityPanel.of(report.severityUnit(), report.severities()));
    }
    report.guard().ifPresent(guard -> section.add(GuardPanels.curve(guard)));
    pair.guard().ifPresent(guard -> GuardPanels.all(guard).forEach(section::add));
    if (!report.distances().isEmpty()) {
      section.add(DistancesPanel.of(report.distances()));
    }
    if (pair.cleanScore().isPresent() || pair.agreement().isPresent() || !pair.fgsm().isEmpty()) {
      section.add(SharesPanel.of(pair));
    }
    pair.fleet().ifPresent(fleet -> section.add(FleetPanels.of(fleet)));
    if (!pair.judges().isEmpty()) {
      section.add(FingerprintsPanel.of(pair.judges()));
    }
    return report.settings().isEmpty() && pair.seconds().isEmpty()
        ? section
        : section.add(settings());
  }

  private Element tiles() {
    Element tiles = Element.of("dl").classed("tiles");
    pair.natural()
        .ifPresent(
            natural ->
                tiles.add(
                    tile(
                        "Natural disagreement",
                        Figures.share((double) natural.deviations() / natural.pictures()),
                        "%s to %s at 95\u202F%%, on %s"
                            .formatted(
                                Figures.share(natural.low()),
                                Figures.share(natural.high()),
                                Figures.count(natural.pictures(), "clean picture")))));
    headline
        .leadingJudge()
        .ifPresent(
            judge -> {
              tiles.add(
                  tile(
                      judge.seedsWithDeviation().isPresent()
                          ? "Seeds with a deviation, searched"
                          : "Pictures that deviate, searched",
                      Figures.count(judge.seedsWithDeviation().orElse(judge.deviates())),
                      judge.seedsWithDeviation().isPresent()
                          ? "of %s, confirmed by %s"
                              .formatted(Figures.count(pair.seeds()), judge.id())
                          : "confirmed by " + judge.id()));
            });
    pair.newSearch()
        .ifPresent(
            found -> {
              tiles.add(
                  newSearchTile("New search, after the repair", found, found.seedsWithDeviation()));
              found
                  .surest()
                  .ifPresent(
                      least ->
                          tiles.add(
                              newSearchTile(
                                  "New search, original confidence \u2265 " + least,
                                  found,
                                  found.byConfidence().get(least))));
            });
    pair.repair()
        .ifPresent(
            repair -> {
              repair
                  .setAside()
                  .ifPresent(
                      aside -> tiles.add(repairTile("Set aside, after the repair", repair, aside)));
              tiles.add(repairTile("Held-out, after the repair", repair, repair.heldout()));
            });
    pair.cleanScore().ifPresent(score -> tiles.add(scoreTile(score)));
    pair.agreement().ifPresent(agreement -> tiles.add(agreementTile(agreement)));
    return tiles;
  }

  private static Element newSearchTile(String name, NewSearchSummary found, BeforeAfter counts) {
    return tile(
        name,
        Figures.count(counts.after()),
        "of %s, %s before the repair"
            .formatted(
                Figures.count(found.seeds(), "held-out seed"), Figures.count(counts.before())));
  }

  private static Element repairTile(String name, RepairSummary repair, BeforeAfter counts) {
    return tile(
        name,
        Figures.count(counts.after()),
        "of %s that deviated, by %s"
            .formatted(Figures.count(counts.before(), "picture"), repair.judge()));
  }

  private static Element scoreTile(ScoreSummary score) {
    String name = score.measure(0).name();
    String title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    double compressed = score.compressed();
    if (score.repaired().isEmpty()) {
      return tile(
          title,
          Figures.score(score, compressed),
          Figures.change(score, score.original(), compressed) + " against the original");
    }
    double repaired = score.repaired().getAsDouble();
    return tile(
        title,
        Figures.score(score, repaired),
        Figures.change(score, compressed, repaired) + " by the repair");
  }

  private static Element agreementTile(AgreementSummary agreement) {
    if (agreement.repaired().isEmpty()) {
      return tile(
          "Agreement", Figures.share(agreement.compressed()), "with the original, clean pictures");
    }
    double repaired = agreement.repaired().getAsDouble();
    return tile(
        "Agreement",
        Figures.share(repaired),
        Figures.points(agreement.compressed(), repaired) + " by the repair, with the original");
  }

  private static Element tile(String name, String figure, String below) {
    return Element.of(
        "div",
        Element.text("dt", name),
        Element.text("dd", figure).classed("big"),
        Element.text("dd", below).classed("quiet"));
  }

  private Element settings() {
    Element side = Element.of("div").classed("side");
    if (!report.settings().isEmpty()) {
      Table table = new Table("Settings", "Setting", "Value");
      report.settings().forEach((name, value) -> table.row(name, value));
      side.add(table.element());
    }
    if (pair.seconds().isEmpty()) {
      return Panel.of("Settings", "", side);
    }
    Table seconds = new Table("Time per step", "Step", "Wall clock").figuresFrom(1);
    double sum = 0;
    for (Map.Entry<String, Double> step : pair.seconds().entrySet()) {
      seconds.row(step.getKey(), Figures.seconds(step.getValue()));
      sum += step.getValue();
    }
    seconds.row("all", Figures.seconds(sum));
    return Panel.of("Settings and time", "", side.add(seconds.element()));
  }
}
