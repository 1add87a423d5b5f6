package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of asking one judge.
 *
 * @param id of the judge
 * @param kind of it
 * @param info its fingerprint; empty if it could not be opened
 * @param ran which nodes of the model ran where, if the judge tells
 * @param verdicts by the id of the picture; after a failure, those not run have its outcome; after
 *     an interruption, they have none; empty if it could not be opened
 * @param noise what repeated runs said
 * @param failure why not all pictures were run; empty if they were
 * @param seconds that its turn took
 */
public record Judged(
    String id,
    JudgeKind kind,
    Optional<JudgeInfo> info,
    Placement ran,
    Map<String, Verdict> verdicts,
    NoiseFloor noise,
    Optional<Failure> failure,
    double seconds) {

  /**
   * Why a judge did not get through.
   *
   * @param outcome the kind of failure
   * @param message one sentence
   */
  public record Failure(Outcome outcome, String message) {}

  public Judged {
    verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
  }

  /** Of a judge that does not tell what ran where. */
  public Judged(
      String id,
      JudgeKind kind,
      Optional<JudgeInfo> info,
      Map<String, Verdict> verdicts,
      NoiseFloor noise,
      Optional<Failure> failure,
      double seconds) {
    this(id, kind, info, Placement.UNKNOWN, verdicts, noise, failure, seconds);
  }

  /** Whether the judge never came to anything, and no reason of its own kept it from that. */
  public boolean isNothing() {
    return info.isEmpty() && failure.isEmpty();
  }

  /**
   * Keeps the verdicts in their corpus. A picture that could not be run never loses what the same
   * judge, unchanged, has said of it before.
   *
   * @return the corpus as it is on disk then
   */
  public Corpus keepIn(Corpus corpus) {
    if (info.isEmpty()) {
      return corpus;
    }
    JudgeInfo judge = info.get();
    Map<String, Verdict> kept = new LinkedHashMap<>(verdicts);
    if (corpus.header().judges().contains(judge)) {
      for (CorpusInput input : corpus.inputs()) {
        Verdict now = kept.get(input.id());
        if (input.verdicts().containsKey(judge.id()) && now != null && now.decision().isEmpty()) {
          kept.remove(input.id());
        }
      }
    }
    return corpus.withVerdicts(judge, kept);
  }

  /** How many verdicts have an outcome. */
  public int count(Outcome outcome) {
    return (int) verdicts.values().stream().filter(v -> v.outcome() == outcome).count();
  }
}
