package dev.plumbline.host.report;

import dev.plumbline.host.corpus.JudgeKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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

  /** Deviations that the leading judge still sees after the repair, where that is known. */
  OptionalLong leftAfterRepair() {
    if (leadingJudge().isEmpty()) {
      return OptionalLong.empty();
    }
    JudgeSummary judge = leadingJudge().get();
    if (judge.deviatesRepaired().isPresent()) {
      return judge.deviatesRepaired();
    }
    return pair.repair().isPresent() && pair.repair().get().judge().equals(judge.id())
        ? OptionalLong.of(pair.repair().get().corpusAfter())
        : OptionalLong.empty();
  }

  /** The one sentence to remember. */
  public String sentence() {
    if (leadingJudge().isEmpty()) {
      return pair.effective() == 0
          ? "The search found no deviation, and no judge has looked yet."
          : "The search found %s; no judge has confirmed them yet."
              .formatted(Figures.count(pair.effective(), "deviation"));
    }
    JudgeSummary judge = leadingJudge().get();
    if (judge.judged() == 0) {
      return "%s has judged no picture yet.".formatted(who(judge));
    }
    if (judge.deviates() == 0) {
      return "%s sees no deviation on %s."
          .formatted(who(judge), Figures.count(judge.judged(), "picture"));
    }
    String found =
        "%s sees the compressed model deviate on %s of %s"
            .formatted(
                who(judge),
                Figures.count(judge.deviates()),
                Figures.count(judge.judged(), "picture"));
    OptionalLong left = leftAfterRepair();
    if (left.isEmpty()) {
      return found + "; it has not been repaired yet.";
    }
    return found
        + (left.getAsLong() == 0
            ? "; the repair leaves none."
            : "; the repair leaves %s.".formatted(Figures.count(left.getAsLong())));
  }

  /**
   * The same at length, a sentence or two for each of search, judges, repair and clean pictures.
   */
  List<String> details() {
    List<String> details = new ArrayList<>();
    details.add(search());
    pair.judges().stream()
        .filter(judge -> judge.kind() != JudgeKind.PROXY && judge.judged() > 0)
        .map(Headline::judged)
        .forEach(details::add);
    pair.repair().map(Headline::repaired).ifPresent(details::add);
    pair.accuracy().map(this::clean).ifPresent(details::add);
    return details;
  }

  private String search() {
    String made =
        "From %s the search made %s: %s effective, %s valid, %s invalid."
            .formatted(
                Figures.count(pair.seeds(), "seed"),
                Figures.count(pair.mutated(), "mutated picture"),
                Figures.count(pair.effective()),
                Figures.count(pair.valid()),
                Figures.count(pair.invalid()));
    if (pair.effective() == 0) {
      return made;
    }
    return made
        + " %s of the seeds (%s) lead to a deviation."
            .formatted(
                Figures.count(pair.seedsWithDeviation()),
                Figures.part(pair.seedsWithDeviation(), pair.seeds()));
  }

  private static String judged(JudgeSummary judge) {
    return "%s judged %s, sees a deviation on %s and none on %s."
        .formatted(
            capitalised(judge.title()),
            Figures.count(judge.judged(), "picture"),
            Figures.count(judge.deviates()),
            Figures.part(judge.agrees(), judge.judged()));
  }

  private static String repaired(RepairSummary repair) {
    return "Judged by %s, the repair took the deviations from %s to %s (%s) on the corpus it learned from, and from %s to %s (%s) on held-out pictures."
        .formatted(
            repair.judge(),
            Figures.count(repair.corpusBefore()),
            Figures.count(repair.corpusAfter()),
            Figures.change(repair.corpusBefore(), repair.corpusAfter()),
            Figures.count(repair.heldoutBefore()),
            Figures.count(repair.heldoutAfter()),
            Figures.change(repair.heldoutBefore(), repair.heldoutAfter()));
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
}
