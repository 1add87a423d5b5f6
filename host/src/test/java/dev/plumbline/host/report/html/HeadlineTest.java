package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.Samples;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HeadlineTest {
  @Test
  void a_device_has_the_last_word() {
    assertEquals(
        "The two models disagree on 6 of 500 clean pictures. A search finds deviations that"
            + " cortex-a76 confirms from 300 of 500 seeds. After the repair a new search finds"
            + " deviations from 45 of 50 held-out seeds (49 before), from 8 with an original"
            + " confidence of at least 0.9 (29 before).",
        new Headline(Samples.int8()).sentence());
  }

  @Test
  void without_a_new_search_the_held_out_corpus_tells_what_the_repair_is_worth() {
    assertEquals(
        "The two models disagree on 6 of 500 clean pictures. A search finds deviations that"
            + " cortex-a76 confirms from 300 of 500 seeds; the repair takes those of the held-out"
            + " corpus from 644 to 158.",
        new Headline(Samples.pruned()).sentence());
  }

  @Test
  void what_was_left_out_of_the_data_stands_beside_the_figures() {
    assertTrue(
        new Headline(Samples.int8())
            .details()
            .contains(
                "Of the data for evaluation, 3 of 26 files were left out: .txt 2, broken pictures"
                    + " 1."));
  }

  @Test
  void of_two_devices_the_one_that_sees_more_leads() {
    PairSummary pair =
        with(
            judge("a", JudgeKind.DEVICE, 100, 3),
            judge("b", JudgeKind.DEVICE, 100, 4),
            judge("host", JudgeKind.HOST, 100, 90));
    assertEquals("b", new Headline(pair).leadingJudge().orElseThrow().id());
  }

  @Test
  void without_a_judge_nothing_counts_as_confirmed() {
    assertEquals(
        "The search found no deviation, and no judge has looked yet.",
        new Headline(Samples.bare()).sentence());
  }

  @Test
  void what_is_not_repaired_is_said_so() {
    assertEquals(
        "A search finds 4 deviations that the host confirms.",
        new Headline(with(judge("host", JudgeKind.HOST, 100, 4))).sentence());
  }

  @Test
  void a_judge_that_sees_nothing_or_judged_nothing_says_so() {
    assertEquals(
        "The proxy sees no deviation on the 1 picture that it judged.",
        new Headline(with(judge("proxy", JudgeKind.PROXY, 1, 0))).sentence());
    assertEquals(
        "jetson has judged no picture yet.",
        new Headline(with(judge("jetson", JudgeKind.DEVICE, 0, 0))).sentence());
  }

  private static JudgeSummary judge(String id, JudgeKind kind, long judged, long deviates) {
    return new JudgeSummary(
        id,
        kind,
        "",
        "",
        "",
        judged,
        deviates,
        judged - deviates,
        OptionalLong.empty(),
        "",
        List.of(),
        0,
        0,
        "",
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static PairSummary with(JudgeSummary... judges) {
    PairSummary bare = Samples.bare();
    return new PairSummary(
        bare.seeds(),
        bare.mutated(),
        bare.effective(),
        bare.valid(),
        bare.invalid(),
        bare.seedsWithDeviation(),
        bare.meanRms(),
        bare.meanLinf(),
        bare.byConfidence(),
        List.of(judges),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        bare.fgsm(),
        Optional.empty(),
        bare.fleet(),
        bare.natural(),
        bare.seconds(),
        bare.overlaps(),
        bare.leftOut());
  }
}
