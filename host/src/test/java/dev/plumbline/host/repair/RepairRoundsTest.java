package dev.plumbline.host.repair;

import static dev.plumbline.host.repair.RepairFixture.differing;
import static dev.plumbline.host.repair.RepairFixture.labels;
import static dev.plumbline.host.repair.RepairFixture.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.judging.HostJudge;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds on small models; ONNX Runtime, asked by the test itself, says what is left. */
class RepairRoundsTest {
  private static final RepairSettings GENTLE = settings(0.6);

  /** Steps of 30 times a weight's usual size leave nothing of what was learned. */
  private static final RepairSettings RUINOUS = settings(0.999);

  @TempDir Path temp;

  private final RepairFixture fixture = new RepairFixture();
  private final OnnxModel original = fixture.original;
  private final OnnxModel pruned = Pruner.prune(original, 0.7);
  private final Dataset training = labelled(noise(48, 5));
  private int searches;

  private static RepairSettings settings(double rate) {
    return new RepairSettings(RepairRecipe.LOGITS, 4, 16, rate, 0.5, 1, false, 1);
  }

  private Dataset labelled(List<Picture> pictures) {
    return labelled(pictures, original);
  }

  /** Pictures with what a model says of them as their labels. */
  private static Dataset labelled(List<Picture> pictures, OnnxModel model) {
    return DecidedPictures.of(
        RepairFixture.SHAPE,
        RepairFixture.CLASSES,
        pictures,
        Arrays.stream(labels(model, pictures)).<Decision>mapToObj(Label::known).toList());
  }

  private Corpus corpus() {
    return fixture.corpus(temp.resolve("corpus"), pruned, noise(80, 1));
  }

  private Corpus heldout() {
    return fixture.corpus(temp.resolve("heldout"), pruned, noise(60, 2));
  }

  private abstract static class Named implements RoundSearch {
    @Override
    public String id() {
      return "noise";
    }
  }

  /** A search that finds other noise in each round. */
  private final class NoiseSearch extends Named {
    @Override
    public Corpus search(
        OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
      searches++;
      return fixture.corpus(out, model, noise(20, 100 + randomSeed));
    }
  }

  private RepairRounds rounds(RepairSettings settings, RoundSettings bounds, String folder) {
    return rounds(new NoiseSearch(), settings, bounds, folder);
  }

  private RepairRounds rounds(
      RoundSearch search, RepairSettings settings, RoundSettings bounds, String folder) {
    return rounds(search, Optional.empty(), settings, bounds, folder);
  }

  private RepairRounds rounds(
      RoundSearch search,
      Optional<NewSearch> newSearch,
      RepairSettings settings,
      RoundSettings bounds,
      String folder) {
    return new RepairRounds(
        fixture.repair(pruned),
        search,
        newSearch,
        List.of(),
        settings,
        bounds,
        "noise",
        temp.resolve(folder),
        Progress.SILENT);
  }

  /** Bounds under which no round is rolled back. */
  private static RoundSettings free(int rounds) {
    return new RoundSettings(
        rounds, OptionalDouble.empty(), OptionalDouble.empty(), 100, 0.2, OptionalInt.of(0), 5);
  }

  private CleanPictures clean() {
    return CleanPictures.of(labelled(noise(100, 3)), Classification.PLAIN);
  }

  private RepairRounds.Result run(RepairRounds rounds) {
    return rounds.run(corpus(), Optional.of(heldout()), training, clean());
  }

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

  /** Calls every seed on which a model deviates as it is a deviation that it has found. */
  private final class SeedsAsTheyAre extends Named {
    @Override
    public Corpus search(
        OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
      searches++;
      return fixture.corpus(
          out, model, IntStream.range(0, seeds.size()).mapToObj(seeds::picture).toList());
    }
  }

  private Optional<NewSearch> newSearch() {
    return Optional.of(
        new NewSearch(
            List.of(
                new NewSearch.Level(0, new SeedsAsTheyAre()),
                new NewSearch.Level(0.7, new SeedsAsTheyAre())),
            new HeldoutSeeds(labelled(noise(60, 11)), labelled(noise(40, 12)))));
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

  private Path ledger() {
    return temp.resolve("out.rounds").resolve("ledger.json");
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
}
