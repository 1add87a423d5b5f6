package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a judge said of a corpus, counted.
 *
 * @param judge who
 * @param judged pictures with a decided verdict
 * @param deviates of them, where the compressed model leaves the seed's label
 * @param agrees of them, where it keeps the label
 * @param undecided the other pictures that it was asked about, by outcome, flaky ones among them
 */
public record JudgeTally(
    JudgeInfo judge, int judged, int deviates, int agrees, Map<Outcome, Integer> undecided) {

  /** Counts the verdicts of a judge that a corpus holds. */
  public static JudgeTally of(Corpus corpus, JudgeInfo judge) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    for (CorpusInput input : corpus.inputs()) {
      Verdict verdict = input.verdicts().get(judge.id());
      if (verdict != null) {
        verdicts.put(input.id(), verdict);
      }
    }
    return of(corpus, judge, verdicts);
  }

  /**
   * Counts verdicts that are not in the corpus.
   *
   * @param verdicts by the id of the input
   */
  public static JudgeTally of(Corpus corpus, JudgeInfo judge, Map<String, Verdict> verdicts) {
    int judged = 0;
    int deviates = 0;
    Map<Outcome, Integer> undecided = new EnumMap<>(Outcome.class);
    for (CorpusInput input : corpus.inputs()) {
      Verdict verdict = verdicts.get(input.id());
      if (verdict != null && verdict.isDecided()) {
        judged++;
        deviates += verdict.deviates() ? 1 : 0;
      } else if (verdict != null) {
        undecided.merge(verdict.outcome(), 1, Integer::sum);
      }
    }
    return new JudgeTally(judge, judged, deviates, judged - deviates, undecided);
  }

  /** With the keys of a judge in {@code summary.json}. */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", judge.id());
    map.put("kind", judge.kind());
    map.put("arch", judge.arch());
    map.put("runtime", judge.runtime());
    map.put("provider", judge.provider());
    map.put("judged", judged);
    map.put("deviates", deviates);
    map.put("agrees", agrees);
    undecided.forEach((outcome, count) -> map.put(outcome.word(), count));
    return map;
  }

  /** For people. */
  @Override
  public String toString() {
    return judge.id()
        + " ("
        + judge.arch()
        + ", "
        + judge.runtime()
        + ", "
        + judge.provider()
        + "): "
        + judged
        + " judged, "
        + deviates
        + " deviate, "
        + agrees
        + " keep the decision"
        + undecided.entrySet().stream()
            .map(e -> ", " + e.getValue() + " " + e.getKey())
            .collect(Collectors.joining());
  }
}
