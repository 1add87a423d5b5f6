package dev.plumbline.host.judging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DisagreementTest {
  private static Verdict label(int label) {
    return Verdict.decided(label != 0, new Label(label, 0.5f));
  }

  @Test
  void everyTwoJudgesAreComparedOnWhatBothDecided() {
    Map<String, Map<String, Verdict>> verdicts = new LinkedHashMap<>();
    verdicts.put("host", Map.of("a", label(0), "b", label(1), "c", label(2), "d", label(3)));
    // Both deviate on c, with different labels: that is a disagreement too.
    verdicts.put("pi", Map.of("a", label(0), "b", label(0), "c", label(1), "d", label(3).flaky()));
    verdicts.put("lost", Map.of("a", Verdict.failed(Outcome.DEVICE_LOST)));
    assertEquals(
        List.of(new Disagreement("host", "pi", 3, 2, ClopperPearson.of(2, 3))),
        Disagreement.matrix(Classification.PLAIN, verdicts));
  }
}
