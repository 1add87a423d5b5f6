package dev.plumbline.host.repair;

import static dev.plumbline.host.repair.RepairFixture.differing;
import static dev.plumbline.host.repair.RepairFixture.labels;
import static dev.plumbline.host.repair.RepairFixture.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Rounds on small models; ONNX Runtime, asked by the test itself, says what is left. */
class RepairRoundsTest extends SmallRepairs {
  @Test
  void theLedgerCountsWhatOnnxRuntimeSays() {
    RepairRounds.Result result = run(rounds(GENTLE, free(1), "out.rounds"));
    RepairLedger ledger = result.ledger();
    assertEquals(1, ledger.rounds().size());
    RepairLedger.Round round = ledger.rounds().get(0);
    RepairLedger.RoundCounts host = round.judges().get(HostJudge.ID);
    OnnxModel model = OnnxModel.read(temp.resolve("out.rounds").resolve(round.model()));
    assertEquals(round.sha256(), model.sha256());

    List<Picture> learned = noise(80, 1);
    List<Picture> found = noise(20, 101);
    List<Picture> pool = new ArrayList<>(learned);
    pool.addAll(found);
    int[] right = labels(original, pool);
    int[] before = labels(pruned, pool);
    int[] after = labels(model, pool);
    int fixed = 0;
    int still = 0;
    int newly = 0;
    for (int i = 0; i < right.length; i++) {
      fixed += before[i] != right[i] && after[i] == right[i] ? 1 : 0;
      still += before[i] != right[i] && after[i] != right[i] ? 1 : 0;
      newly += before[i] == right[i] && after[i] != right[i] ? 1 : 0;
    }
    assertTrue(fixed > 0, "a repair that mends nothing shows nothing");
    assertEquals(pool.size(), round.pool());
    assertEquals(
        new RepairLedger.RoundCounts(
            fixed,
            still,
            newly,
            differing(labels(original, learned), labels(model, learned)),
            differing(labels(original, noise(60, 2)), labels(model, noise(60, 2)))),
        host);
    assertEquals(
        new RepairLedger.StartCounts(
            differing(labels(original, learned), labels(pruned, learned)),
            differing(labels(original, noise(60, 2)), labels(pruned, noise(60, 2)))),
        ledger.start().judges().get(HostJudge.ID));
    int[] truth = labels(original, noise(100, 3));
    assertEquals(Argmax.agreement(labels(model, noise(100, 3)), truth), round.agreement());
    assertEquals(round.agreement(), round.accuracy().orElseThrow(), "labels are the original's");
  }

  @Test
  void eachRoundSearchesFromOtherTrainingPicturesTooAndLearnsWhatItFinds() {
    List<List<Picture>> searched = new ArrayList<>();
    RoundSearch watched =
        new Named() {
          @Override
          public Corpus search(
              OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
            List<Picture> from = new ArrayList<>();
            for (int i = 0; i < seeds.size(); i++) {
              from.add(seeds.picture(i));
            }
            searched.add(from);
            return fixture.corpus(out, model, noise(20, 100 + searched.size()));
          }
        };
    RoundSettings bounds =
        new RoundSettings(
            2, OptionalDouble.empty(), OptionalDouble.empty(), 100, 0.2, OptionalInt.of(16), 5);
    RepairLedger ledger = run(rounds(watched, GENTLE, bounds, "out.rounds")).ledger();
    assertEquals(4, searched.size());
    assertEquals(noise(48, 5).subList(0, 16), searched.get(1));
    assertEquals(noise(48, 5).subList(16, 32), searched.get(3));
    // 80 of the corpus, and 20 of each search.
    assertEquals(120, ledger.rounds().get(0).pool());
    assertEquals(160, ledger.rounds().get(1).pool());
    // What training pictures led to is learned and not counted.
    RepairLedger.RoundCounts host = ledger.rounds().get(0).judges().get(HostJudge.ID);
    List<Picture> counted = new ArrayList<>(noise(80, 1));
    counted.addAll(noise(20, 101));
    assertEquals(
        differing(labels(original, counted), labels(pruned, counted)),
        host.fixed() + host.stillBroken());
  }

  @Test
  void aRoundThatSpoilsTheCleanPicturesIsRolledBack() {
    RoundSettings strict =
        new RoundSettings(
            2, OptionalDouble.empty(), OptionalDouble.empty(), 0, 0.2, OptionalInt.of(0), 5);
    // The labels are those of the compressed model: every change is a loss.
    CleanPictures spoilt = CleanPictures.of(labelled(noise(100, 3), pruned), Classification.PLAIN);
    RepairRounds.Result result =
        rounds(RUINOUS, strict, "out.rounds")
            .run(corpus(), Optional.of(heldout()), training, spoilt);
    assertEquals(pruned.sha256(), result.model().sha256());
    assertEquals(0, result.ledger().best());
    for (RepairLedger.Round round : result.ledger().rounds()) {
      assertEquals(RoundOutcome.ACCURACY_FELL, round.outcome());
      assertEquals(0, round.from(), "the next round begins with the best model");
      assertTrue(round.accuracy().orElseThrow() < 1);
    }
    assertEquals(
        result.ledger().rounds().get(0).rate() / 8, result.ledger().rounds().get(1).rate(), 1e-12);
    String sentence = result.ledger().unmet().orElseThrow();
    assertTrue(sentence.contains("100.00 %") && sentence.contains("round-"), sentence);
    // Nothing is lost.
    assertNotEquals(
        pruned.sha256(),
        OnnxModel.read(temp.resolve("out.rounds").resolve("round-1").resolve("model.onnx"))
            .sha256());
  }

  @Test
  void theBestModelIsKeptWhenALaterRoundIsWorse() {
    RepairRounds.Result gentle = run(rounds(GENTLE, free(3), "out.rounds"));
    RepairLedger ledger = gentle.ledger();
    RepairLedger.StartCounts start = ledger.start().judges().get(HostJudge.ID);
    double least = 2;
    int best = 0;
    for (RepairLedger.Round round : ledger.rounds()) {
      assertEquals(best, round.from());
      RepairLedger.RoundCounts counts = round.judges().get(HostJudge.ID);
      double left =
          (double) counts.corpus() / start.corpus() + (double) counts.heldout() / start.heldout();
      if (round.outcome() == RoundOutcome.BEST) {
        assertTrue(left < least, ledger.toString());
        least = left;
        best = round.round();
      } else {
        assertTrue(left >= least, ledger.toString());
      }
    }
    assertTrue(best > 0, ledger.toString());
    assertEquals(best, ledger.best());
    assertEquals(ledger.rounds().get(best - 1).sha256(), gentle.model().sha256());
  }

  /** The fixture's original is 0.5 sure of all that it decides. */
  private NewSearchCounts expected(OnnxModel model, List<Picture> seeds) {
    return new NewSearchCounts(
        seeds.size(), differing(labels(original, seeds), labels(model, seeds)), Map.of("0.7", 0));
  }

  @Test
  void theLedgerHasWhatANewSearchFindsOfEachModelBeforeAndAfter() {
    RepairRounds.Result result =
        run(rounds(new NoiseSearch(), newSearch(), GENTLE, free(2), "out.rounds"));
    RepairLedger ledger = result.ledger();
    assertEquals(expected(pruned, noise(60, 11)), ledger.start().newSearch().orElseThrow());
    for (RepairLedger.Round round : ledger.rounds()) {
      OnnxModel model = OnnxModel.read(temp.resolve("out.rounds").resolve(round.model()));
      assertEquals(expected(model, noise(60, 11)), round.newSearch().orElseThrow());
    }
    assertTrue(ledger.best() > 0, ledger.toString());
    assertEquals(
        new NewSearchCounts.BeforeAfter(
            expected(pruned, noise(40, 12)), expected(result.model(), noise(40, 12))),
        ledger.newSearch().orElseThrow());
    assertEquals(
        ledger,
        run(rounds(new NoiseSearch(), newSearch(), GENTLE, free(2), "out.rounds")).ledger(),
        "what is read again is what was written");
    assertEquals(
        Optional.of(ledger),
        RepairRounds.ledgerBeside(temp.resolve("out.onnx"), result.model().sha256()));
    assertEquals(
        Optional.empty(), RepairRounds.ledgerBeside(temp.resolve("out.onnx"), pruned.sha256()));
  }

  @Test
  void noFurtherRoundBeginsOnceTheGoalIsReached() {
    RoundSettings easy =
        new RoundSettings(
            3, OptionalDouble.of(0.99), OptionalDouble.empty(), 100, 0.2, OptionalInt.of(0), 5);
    assertEquals(1, run(rounds(GENTLE, easy, "out.rounds")).ledger().rounds().size());
  }

  @Test
  void noFurtherRoundBeginsOnceTheBudgetIsSpent() {
    RoundSettings poor =
        new RoundSettings(
            3, OptionalDouble.empty(), OptionalDouble.of(1e-9), 100, 0.2, OptionalInt.of(0), 5);
    RepairRounds.Result result = run(rounds(GENTLE, poor, "out.rounds"));
    assertEquals(List.of(), result.ledger().rounds());
    assertEquals(pruned.sha256(), result.model().sha256());
    assertFalse(result.ledger().unmet().isPresent(), "no round was rolled back");
  }

  @Test
  void withoutACorpusOfItsOwnAShareOfTheSeedsIsHeldOut() {
    HeldoutSplit split = HeldoutSplit.of(corpus(), Optional.empty(), 0.25, GENTLE);
    assertEquals(80, split.learned().pictures().size() + split.heldout().pictures().size());
    assertTrue(
        split.heldout().seeds().stream().noneMatch(split.learned().seeds()::contains),
        "a seed on both sides");
    long all = split.learned().pictures().stream().filter(PoolPicture::hard).count();
    long held = split.heldout().pictures().stream().filter(PoolPicture::hard).count();
    assertEquals(Math.round((all + held) * 0.25), held);
    assertEquals(
        split.heldout().seeds(),
        HeldoutSplit.of(corpus(), Optional.empty(), 0.25, GENTLE).heldout().seeds());
  }

  @Test
  void numbersOutsideTheirRangeAreRefused() {
    Refusal.says(() -> RoundSettings.of(0), "rounds", "0", "at least 1");
    Refusal.says(
        () ->
            new RoundSettings(
                1, OptionalDouble.of(1.5), OptionalDouble.empty(), 0.2, 0.2, OptionalInt.of(0), 2),
        "goal",
        "1.5");
    Refusal.says(
        () ->
            new RoundSettings(
                1, OptionalDouble.empty(), OptionalDouble.of(-1), 0.2, 0.2, OptionalInt.of(0), 2),
        "budget",
        "-1.0");
  }

  @Test
  void roundsOfAChosenModelAreHeldToTheAccuracyOfTheOneThatWasGiven() {
    Repair chosen = fixture.repair(pruned).ofChosen(original, Optional.empty(), Optional.empty());
    RepairRounds rounds =
        new RepairRounds(
            chosen,
            new NoiseSearch(),
            Optional.empty(),
            List.of(),
            RUINOUS,
            new RoundSettings(
                1, OptionalDouble.empty(), OptionalDouble.empty(), 0, 0.2, OptionalInt.of(0), 5),
            "noise",
            temp.resolve("chosen"),
            Progress.SILENT);
    RepairRounds.Result result = run(rounds);
    // The clean pictures have the original's labels: here it is the model that was given.
    assertEquals(1, result.ledger().start().accuracy().orElseThrow());
    assertEquals(RoundOutcome.ACCURACY_FELL, result.ledger().rounds().get(0).outcome());
    assertEquals(pruned.sha256(), result.model().sha256());
  }
}
