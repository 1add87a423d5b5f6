package dev.plumbline.host.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.fleet.BaselineCheck.Flip;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BaselineCheckTest {
  private static final Verdict AGREES = Verdict.decided(false, new Label(0, 0.5f));
  private static final Verdict DEVIATES = Verdict.decided(true, new Label(1, 0.5f));
  private static final Picture DOT = new Picture(new PictureShape(1, 1, 1), new byte[1]);

  private static BaselineCheck check(
      Map<String, Verdict> now, Optional<Baseline> baseline, Optional<Set<String>> known) {
    List<Question> questions =
        now.keySet().stream().map(id -> new Question(id, "valid", DOT, Label.known(0))).toList();
    Judged judged =
        new Judged(
            "board",
            JudgeKind.DEVICE,
            Optional.empty(),
            now,
            NoiseFloor.UNKNOWN,
            Optional.empty(),
            1);
    return BaselineCheck.of(
        Classification.PLAIN, judged, PictureSet.Kind.CORPUS, questions, baseline, known);
  }

  private static Optional<Baseline> baseline(Map<String, Verdict> verdicts) {
    return Optional.of(
        new Baseline(
            3, Instant.EPOCH, false, new FingerprintParts(Map.of("model", "m")), verdicts));
  }

  @Test
  void onlyWhatAgreedThenAndDeviatesNowIsANewFlip() {
    Map<String, Verdict> then =
        Map.of(
            "flip", AGREES,
            "mended", DEVIATES,
            "same", DEVIATES,
            "kept", AGREES,
            "flaky-now", AGREES,
            "flaky-then", DEVIATES.flaky(),
            "lost-now", AGREES,
            "lost-then", Verdict.failed(Outcome.DEVICE_LOST));
    Map<String, Verdict> now = new LinkedHashMap<>();
    now.put("flip", DEVIATES);
    now.put("mended", AGREES);
    now.put("same", Verdict.decided(true, new Label(2, 0.5f)));
    now.put("kept", AGREES);
    now.put("flaky-now", DEVIATES.flaky());
    now.put("flaky-then", DEVIATES);
    now.put("lost-now", Verdict.failed(Outcome.DEVICE_LOST));
    now.put("lost-then", DEVIATES);
    now.put("new-picture", DEVIATES);
    Group group = check(now, baseline(then), Optional.of(Set.of())).groups().get(0);
    assertEquals(List.of(new Flip("flip", Label.known(0), DEVIATES)), group.flips());
    assertEquals(1, group.mended());
    assertEquals(9, group.asked());
    assertEquals(4, group.compared());
    assertEquals(1, group.failed());
    assertEquals(1, group.outcomes().get(Outcome.FLAKY));
  }

  @Test
  void withoutABaselineTheCorpusSaysWhatWasKnown() {
    Map<String, Verdict> now = new LinkedHashMap<>(Map.of("old", DEVIATES, "new", DEVIATES));
    BaselineCheck check = check(now, Optional.empty(), Optional.of(Set.of("old")));
    assertEquals(1, check.flips());
    assertEquals("new", check.groups().get(0).flips().get(0).picture());
  }

  @Test
  void whereNothingIsKnownNothingIsNew() {
    BaselineCheck check = check(Map.of("a", DEVIATES), Optional.empty(), Optional.empty());
    assertEquals(0, check.flips());
    assertEquals(0, check.groups().get(0).compared());
    assertTrue(check.groups().get(0).flips().isEmpty());
  }

  @Test
  void whatWasLabelledOtherwiseIsComparedUnderTheLabelsOfToday() {
    // Expected then was label 1, today label 0 is: the model said 0, 1 and 0, and says 1, 1, 0.
    Map<String, Verdict> then =
        Map.of(
            "turned", Verdict.decided(true, new Label(0, 0.5f)),
            "same", Verdict.decided(false, new Label(1, 0.5f)),
            "kept", Verdict.decided(true, new Label(0, 0.5f)));
    Baseline otherwise =
        new Baseline(3, Instant.EPOCH, true, new FingerprintParts(Map.of("model", "m")), then);
    Map<String, Verdict> now = new LinkedHashMap<>();
    now.put("turned", DEVIATES);
    now.put("same", DEVIATES);
    now.put("kept", AGREES);
    BaselineCheck check = check(now, Optional.of(otherwise), Optional.empty());
    Group group = check.groups().get(0);
    assertEquals(List.of(new Flip("turned", Label.known(0), DEVIATES)), group.flips());
    assertEquals(3, group.compared());
    assertEquals(0, group.mended());
    String sentence = check.labelling().orElseThrow();
    assertTrue(sentence.contains("board: run 3 expected other decisions"), sentence);
    assertEquals(Optional.empty(), check(now, baseline(then), Optional.empty()).labelling());
  }
}
