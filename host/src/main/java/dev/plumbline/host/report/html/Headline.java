package dev.plumbline.host.report.html;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.judging.NaturalDeviations;
import dev.plumbline.host.report.summary.AccuracySummary;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.NewSearchSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import dev.plumbline.host.report.summary.ScoreSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What came out for a pair, in words. */
public final class Headline {
  private final PairSummary pair;

  public Headline(PairSummary pair) {
    this.pair = pair;
  }

  /**
   * Who has the last word: a device before the host before the proxy, and of several devices the
   * one that sees most deviations, since that is the one that needs the repair most.
   */
  public Optional<JudgeSummary> leadingJudge() {
    return pair.judges().stream()
        .max(Comparator.comparing(JudgeSummary::kind).thenComparingLong(JudgeSummary::deviates));
  }

  /** The one thing to remember: what happens without a search first, as that is a rate. */
  public String sentence() {
    return pair.natural().map(natural -> natural(natural) + " ").orElse("") + searched();
  }

  private static String natural(NaturalDeviations natural) {
    return "The two models disagree on %s of %s."
        .formatted(
            Figures.count(natural.deviations()),
            Figures.count(natural.pictures(), "clean picture"));
  }

  private String searched() {
    if (leadingJudge().isEmpty()) {
      return pair.effective() == 0
          ? "The search found no deviation, and no judge has looked yet."
          : "The search found deviations from %s; no judge has confirmed them yet."
              .formatted(ofSeeds(pair.seedsWithDeviation()));
    }
    JudgeSummary judge = leadingJudge().get();
    if (judge.judged() == 0) {
      return "%s has judged no picture yet.".formatted(who(judge));
    }
    if (judge.deviates() == 0) {
      return "%s sees no deviation on the %s that it judged."
          .formatted(who(judge), Figures.count(judge.judged(), "picture"));
    }
    String found =
        judge.seedsWithDeviation().isPresent()
            ? "A search finds deviations that %s confirms from %s"
                .formatted(whoWithin(judge), judge.found(pair.seeds()))
            : "A search finds %s that %s confirms"
                .formatted(Figures.count(judge.deviates(), "deviation"), whoWithin(judge));
    return found + afterwards(judge);
  }

  /** What a new search finds says most of it, then what the repair never saw, then the corpus. */
  private String afterwards(JudgeSummary judge) {
    if (pair.newSearch().isPresent()) {
      return ". " + searchedAnew(pair.newSearch().get());
    }
    Optional<BeforeAfter> heldout =
        judge.heldout().or(() -> pair.repair().map(RepairSummary::heldout));
    if (heldout.isPresent()) {
      return "; the repair takes those of the held-out corpus from %s to %s."
          .formatted(Figures.count(heldout.get().before()), Figures.count(heldout.get().after()));
    }
    return judge.deviatesRepaired().isPresent()
        ? "; the repaired model deviates on %s of the %s."
            .formatted(
                Figures.count(judge.deviatesRepaired().getAsLong()),
                Figures.count(judge.judged(), "picture"))
        : ".";
  }

  private static String searchedAnew(NewSearchSummary found) {
    String any =
        "After the repair a new search finds deviations from %s of %s (%s before)"
            .formatted(
                Figures.count(found.seedsWithDeviation().after()),
                Figures.count(found.seeds(), "held-out seed"),
                Figures.count(found.seedsWithDeviation().before()));
    return any
        + found
            .surest()
            .map(
                least ->
                    ", from %s with an original confidence of at least %s (%s before)"
                        .formatted(
                            Figures.count(found.byConfidence().get(least).after()),
                            least,
                            Figures.count(found.byConfidence().get(least).before())))
            .orElse("")
        + ".";
  }

  /**
   * The same at length, a sentence or two for each of clean seeds, search, judges, repair and clean
   * pictures.
   */
  List<String> details() {
    List<String> details = new ArrayList<>();
    pair.natural().map(Headline::naturalAtLength).ifPresent(details::add);
    details.add(search());
    pair.judges().stream()
        .filter(judge -> judge.kind() != JudgeKind.PROXY && judge.judged() > 0)
        .map(this::judged)
        .forEach(details::add);
    pair.repair().map(Headline::repaired).ifPresent(details::add);
    pair.accuracy()
        .map(this::clean)
        .or(() -> pair.score().map(Headline::scored))
        .ifPresent(details::add);
    pair.overlaps().ifPresent(overlaps -> details.add(overlapping(overlaps)));
    pair.leftOut()
        .forEach((part, leftOut) -> details.add("Of the data for " + part + ", " + leftOut + "."));
    return details;
  }

  private static String naturalAtLength(NaturalDeviations natural) {
    return "Without any search the two models decide differently on %s of %s: %s (95\u202F%% interval of Clopper and Pearson: %s to %s)."
        .formatted(
            Figures.count(natural.deviations()),
            Figures.count(natural.pictures(), "clean picture"),
            Figures.share((double) natural.deviations() / natural.pictures()),
            Figures.share(natural.low()),
            Figures.share(natural.high()));
  }

  private String search() {
    String made =
        "From %s the search made %s: %s effective, %s valid, %s invalid. It looks for deviations, so its counts are no failure rates."
            .formatted(
                Figures.count(pair.seeds(), "seed"),
                Figures.count(pair.mutated(), "mutated picture"),
                Figures.count(pair.effective()),
                Figures.count(pair.valid()),
                Figures.count(pair.invalid()));
    return pair.effective() == 0
        ? made
        : made
            + " By the proxy, %s lead to a deviation."
                .formatted(ofSeeds(pair.seedsWithDeviation()));
  }

  private String ofSeeds(long some) {
    return Figures.count(some) + " of " + Figures.count(pair.seeds(), "seed");
  }

  private String judged(JudgeSummary judge) {
    String from =
        judge.seedsWithDeviation().isPresent() ? ", from " + judge.found(pair.seeds()) : "";
    return "%s judged %s and sees a deviation on %s%s."
        .formatted(
            capitalised(judge.title()),
            Figures.count(judge.judged(), "picture"),
            Figures.count(judge.deviates()),
            from);
  }

  private static String repaired(RepairSummary repair) {
    StringBuilder text =
        new StringBuilder("Judged by " + repair.judge() + ", the repair took the deviations ");
    if (repair.learned().isPresent()) {
      text.append(repair.learned().get().inWords())
          .append(" on the part of the corpus that it learned from, ");
      repair
          .setAside()
          .ifPresent(
              aside ->
                  text.append(aside.inWords())
                      .append(" on the seeds that it set aside to choose among its rounds, "));
    } else {
      text.append(repair.corpus().inWords()).append(" on the corpus, ");
    }
    return text.append("and ")
        .append(repair.heldout().inWords())
        .append(" on the held-out corpus of a second search.")
        .toString();
  }

  private String overlapping(List<Overlap> overlaps) {
    if (!overlaps.isEmpty()) {
      return "The parts of the data overlap, so their figures are not independent of each other: "
          + overlaps.stream().map(Overlap::toString).collect(Collectors.joining("; "))
          + ".";
    }
    String parts =
        pair.repair().isPresent()
            ? "Seeds, held-out, evaluation and training pictures"
            : "Seeds of the corpus and clean pictures";
    return parts + " have no picture in common: they were compared by SHA-256.";
  }

  private String clean(AccuracySummary accuracy) {
    StringBuilder text = new StringBuilder("On clean pictures the compressed model is right on ");
    text.append(Figures.share(accuracy.compressed()));
    if (accuracy.repaired().isPresent()) {
      text.append(", the repaired one on ").append(Figures.share(accuracy.repaired()));
    }
    text.append(", the original on ").append(Figures.share(accuracy.original())).append(".");
    return text.toString();
  }

  private static String scored(ScoreSummary score) {
    String repaired =
        score.repaired().isPresent()
            ? ", of the repaired one " + Figures.score(score, score.repaired())
            : "";
    return "On clean pictures the %s of the compressed model is %s%s, of the original %s."
        .formatted(
            score.measure(0).name(),
            Figures.score(score, score.compressed()),
            repaired,
            Figures.score(score, score.original()));
  }

  /** "host" and "proxy" are words of ours; a device is called as its owner calls it. */
  private static String capitalised(String title) {
    return switch (title) {
      case "host" -> "The host";
      case "proxy" -> "The proxy";
      default -> title;
    };
  }

  private static String who(JudgeSummary judge) {
    return switch (judge.kind()) {
      case PROXY -> "The proxy";
      case HOST -> "The host";
      case DEVICE -> judge.id();
    };
  }

  private static String whoWithin(JudgeSummary judge) {
    return judge.kind() == JudgeKind.DEVICE ? judge.id() : "the " + judge.kind();
  }
}
