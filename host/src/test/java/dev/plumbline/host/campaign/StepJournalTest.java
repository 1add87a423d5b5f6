package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepJournalTest {
  @TempDir Path folder;

  /** Does steps "a" and "b", the first with a key, until the one that is cut off. */
  private List<String> run(String key, String cutOff) {
    List<String> done = new ArrayList<>();
    StepJournal journal = StepJournal.open(folder.resolve("journal.json"));
    for (String step : List.of("a", "b")) {
      journal.step(
          step,
          step.equals("a") ? key : "same",
          String.class,
          () -> {
            done.add(step);
            if (step.equals(cutOff)) {
              throw new CancellationException(step);
            }
            return step;
          });
    }
    return done;
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    assertEquals(List.of("a", "b"), run("1", ""));
    assertEquals(List.of(), run("1", ""));
  }

  /** Its files are made from the step that was done again, so the former ones no longer hold. */
  @Test
  void aStepAfterOneThatWasDoneAgainIsDoneAgainAlsoAfterACut() {
    run("1", "");
    assertThrows(CancellationException.class, () -> run("2", "b"));
    assertEquals(List.of("b"), run("2", ""));
  }

  @Test
  void aStepThatWasCutOffIsDoneAgainAlsoWithTheFormerSetting() {
    run("1", "");
    assertThrows(CancellationException.class, () -> run("2", "a"));
    assertEquals(List.of("a", "b"), run("1", ""));
  }
}
