package dev.plumbline.host.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.host.InputFile;
import dev.plumbline.host.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepJournalTest {
  @TempDir Path folder;

  private final List<String> told = new ArrayList<>();
  private final List<String> discarded = new ArrayList<>();

  /** A file that the step writes, named like the step. */
  private StepJournal.Outputs outputs(String step) {
    Path file = folder.resolve(step);
    return new StepJournal.Outputs() {
      @Override
      public Map<String, String> digests() {
        return Map.of("file", new String(InputFile.bytes("file", file, 100), UTF_8));
      }

      @Override
      public void discard() {
        discarded.add(step);
      }
    };
  }

  private void write(String step, String content) {
    try {
      Files.writeString(folder.resolve(step), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does steps "a" and "b", the first with a key, until the one that is cut off. */
  private List<String> run(String key, String cutOff) {
    List<String> done = new ArrayList<>();
    StepJournal journal = StepJournal.open(folder.resolve("journal.json"), told::add);
    for (String step : List.of("a", "b")) {
      journal.step(
          step,
          Map.of("the key", step.equals("a") ? key : "same"),
          String.class,
          outputs(step),
          () -> {
            done.add(step);
            if (step.equals(cutOff)) {
              throw new CancellationException(step);
            }
            write(step, "by " + step + " with " + key);
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

  @Test
  void whatAStepMadeIsLookedAtBeforeItIsTrusted() throws IOException {
    run("1", "");
    write("a", "by somebody else");
    assertEquals(List.of("a", "b"), run("1", ""));
    assertEquals("step a is done again: what it made has changed or is gone", told.get(0));
    Files.delete(folder.resolve("b"));
    assertEquals(List.of("b"), run("1", ""));
    assertEquals(List.of(), run("1", ""));
  }

  @Test
  void whatChangedIsNamedAndWhatWasLeftUnfinishedOfSomethingElseIsDiscarded() {
    run("1", "");
    assertEquals(List.of(), discarded);
    assertThrows(CancellationException.class, () -> run("2", "a"));
    assertEquals(List.of("step a is done again: changed the key"), told);
    assertEquals(List.of("a"), discarded);
    // It goes on with what it has begun itself.
    assertEquals(List.of("a", "b"), run("2", ""));
    assertEquals(List.of("a", "b"), discarded);
    assertEquals("step b is done again: changed a step before it", told.get(1));
  }

  @Test
  void aJournalOfAnEarlierBuildIsBegunAgainAndABrokenOneRefused() throws IOException {
    write("journal.json", "{\"a\":{\"key\":\"1\",\"seconds\":1.0,\"result\":\"a\"}}");
    assertEquals(List.of("a", "b"), run("1", ""));
    for (String broken : new String[] {"{\"a\":", "[]", "{\"a\":5}", "{\"a\":{\"result\":1}}"}) {
      write("journal.json", broken);
      Refusal.says(() -> run("1", ""), "journal " + folder.resolve("journal.json"));
    }
  }
}
