package dev.plumbline.host.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Which repair a ledger goes on with, and how. */
class RepairResumptionTest extends SmallRepairs {
  @Test
  void aRepairWithOtherNewSearchesIsAnother() {
    run(rounds(GENTLE, free(1), "out.rounds"));
    Refusal.says(
        () -> run(rounds(new NoiseSearch(), newSearch(), GENTLE, free(1), "out.rounds")),
        "another repair (new_search is none, expected 60 and 40 seeds: noise; noise)");
  }

  @Test
  void aRepairThatWasCutOffGoesOnAndComesToTheSame() {
    String whole = run(rounds(GENTLE, free(2), "whole.rounds")).model().sha256();
    searches = 0;
    RoundSearch killed =
        new Named() {
          @Override
          public Corpus search(
              OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
            Corpus found = new NoiseSearch().search(model, seeds, out, randomSeed, progress);
            if (searches == 2) {
              // Training sees it at its first step.
              Thread.currentThread().interrupt();
            }
            return found;
          }
        };
    assertThrows(
        CancellationException.class, () -> run(rounds(killed, GENTLE, free(2), "cut.rounds")));
    assertTrue(Thread.interrupted());
    RepairRounds.Result resumed = run(rounds(GENTLE, free(2), "cut.rounds"));
    assertEquals(2, searches, "what was found before is searched for no more");
    assertEquals(2, resumed.ledger().rounds().size());
    assertEquals(whole, resumed.model().sha256());
  }

  @Test
  void aRepairThatWasCutOffBetweenNewSearchesSearchesNothingTwice() {
    RepairLedger whole =
        run(rounds(new NoiseSearch(), newSearch(), GENTLE, free(1), "whole.rounds")).ledger();
    int all = searches;
    searches = 0;
    RoundSearch killed =
        new Named() {
          @Override
          public Corpus search(
              OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
            throw new CancellationException("cut off");
          }
        };
    assertThrows(
        CancellationException.class,
        () -> run(rounds(killed, newSearch(), GENTLE, free(1), "cut.rounds")));
    RepairLedger resumed =
        run(rounds(new NoiseSearch(), newSearch(), GENTLE, free(1), "cut.rounds")).ledger();
    assertEquals(all, searches);
    assertEquals(whole.newSearch(), resumed.newSearch());
    assertEquals(whole.rounds().get(0).sha256(), resumed.rounds().get(0).sha256());
  }

  @Test
  void roundsOfAnotherRepairAreNotGoneOnWith() {
    RoundSettings none =
        new RoundSettings(
            1, OptionalDouble.empty(), OptionalDouble.of(1e-9), 100, 0.2, OptionalInt.of(0), 5);
    run(rounds(GENTLE, none, "out.rounds"));
    Refusal.says(
        () -> run(rounds(settings(0.5), none, "out.rounds")),
        "ledger.json",
        "another repair (rate is 0.6, expected 0.5)");
  }

  @Test
  void theLedgerNamesEachFieldOfWhatTheRoundsDependOn() throws IOException {
    run(rounds(GENTLE, free(1), "out.rounds"));
    JsonNode ledger = new JsonMapper().readTree(ledger().toFile());
    assertEquals(3, ledger.get("format").asInt());
    JsonNode key = ledger.get("key");
    assertEquals("logits", key.get("recipe").asText());
    assertEquals("noise", key.get("search").asText());
    assertEquals("48", key.get("training_pictures").asText());
    assertEquals(corpus().sha256(), key.get("corpus").asText());
    assertEquals("none", key.get("new_search").asText());
  }

  /** The text is as programs before format 2 wrote it. */
  @Test
  void aRepairGoesOnWithALedgerOfFormat1() throws IOException {
    RepairLedger whole = run(rounds(GENTLE, free(1), "out.rounds")).ledger();
    JsonMapper json = new JsonMapper();
    ObjectNode old = (ObjectNode) json.readTree(ledger().toFile());
    old.put("format", 1);
    old.put(
        "key",
        "RepairSettings[recipe=logits, epochs=4, batch=16, rate=0.6, corpusShare=0.5,"
            + " temperature=1.0, learnedScales=false, randomSeed=1] search noise drop 100.0"
            + " 0 training seeds corpus "
            + corpus().sha256()
            + " heldout "
            + heldout().sha256()
            + " 48 training pictures 100 clean pictures data noise");
    json.writeValue(ledger().toFile(), old);
    searches = 0;
    assertEquals(whole, run(rounds(GENTLE, free(1), "out.rounds")).ledger());
    assertEquals(0, searches);
    old.put("key", "RepairSettings[recipe=logits]");
    json.writeValue(ledger().toFile(), old);
    Refusal.says(
        () -> run(rounds(GENTLE, free(1), "out.rounds")),
        "ledger.json",
        "'RepairSettings[recipe=logits]' is none of a ledger of format 1");
    old.put("format", 4);
    json.writeValue(ledger().toFile(), old);
    Refusal.says(() -> run(rounds(GENTLE, free(1), "out.rounds")), "format 4", "3 or older");
  }

  @Test
  void aRoundsModelThatWasExchangedIsRefused() {
    run(rounds(GENTLE, free(1), "out.rounds"));
    original.write(temp.resolve("out.rounds").resolve("round-1").resolve("model.onnx"));
    Refusal.says(
        () -> run(rounds(GENTLE, free(1), "out.rounds")),
        "round-1",
        original.sha256(),
        "as the ledger");
  }
}
