package dev.plumbline.host.repair;

import static dev.plumbline.host.repair.RepairFixture.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.score.Measure;
import dev.plumbline.host.task.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New searches from held-out seeds, with searches that find what the test says. */
class NewSearchTest {
  @TempDir Path temp;

  private final RepairFixture fixture = new RepairFixture();
  private final OnnxModel pruned = Pruner.prune(fixture.original, 0.7);

  /** Finds a deviation of a confidence from each seed that is in a set. */
  private final class Finding implements RoundSearch {
    private final Set<Picture> deviating;
    private final float confidence;
    private final List<List<Picture>> searched = new ArrayList<>();

    Finding(List<Picture> deviating, float confidence) {
      this.deviating = new HashSet<>(deviating);
      this.confidence = confidence;
    }

    @Override
    public String id() {
      return "finding";
    }

    @Override
    public Corpus search(
        OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
      List<Picture> pictures = pictures(seeds);
      searched.add(pictures);
      return fixture.corpus(
          out, model, pictures, pictures.stream().map(deviating::contains).toList(), confidence);
    }
  }

  private static List<Picture> pictures(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::picture).toList();
  }

  private static Dataset data(List<Picture> pictures) {
    return DecidedPictures.of(
        RepairFixture.SHAPE,
        RepairFixture.CLASSES,
        pictures,
        Collections.nCopies(pictures.size(), Label.known(0)));
  }

  @Test
  void eachLevelSearchesFromTheSeedsOnWhichTheOneBeforeFoundSomething() {
    List<Picture> seeds = noise(10, 1);
    Finding any = new Finding(seeds.subList(0, 8), 0.6f);
    Finding sure = new Finding(seeds.subList(2, 10), 0.8f);
    Finding surest = new Finding(seeds.subList(0, 4), 0.95f);
    NewSearch search =
        new NewSearch(
            List.of(
                new NewSearch.Level(0, any),
                new NewSearch.Level(0.7, sure),
                new NewSearch.Level(0.9, surest)),
            new HeldoutSeeds(data(seeds), data(seeds)));
    NewFinds found = find(search, data(seeds), "first");
    assertEquals(List.of(seeds), any.searched);
    assertEquals(List.of(seeds.subList(0, 8)), sure.searched);
    assertEquals(List.of(seeds.subList(2, 8)), surest.searched);
    assertEquals(new NewSearchCounts(10, 8, Map.of("0.7", 6, "0.9", 2)), found.counts());
    assertEquals(found, find(search, data(seeds), "first"), "corpora that are there are read");
    assertEquals(1, any.searched.size());
  }

  @Test
  void aDeviationThatIsSureEnoughIsNotSearchedForAgain() {
    List<Picture> seeds = noise(4, 1);
    Finding any = new Finding(seeds, 0.95f);
    Finding sure = new Finding(List.of(), 0.9f);
    NewSearch search =
        new NewSearch(
            List.of(new NewSearch.Level(0, any), new NewSearch.Level(0.9, sure)),
            new HeldoutSeeds(data(seeds), data(seeds)));
    assertEquals(
        new NewSearchCounts(4, 4, Map.of("0.9", 4)), find(search, data(seeds), "sure").counts());
    assertTrue(sure.searched.isEmpty());
  }

  private NewFinds find(NewSearch search, Dataset seeds, String folder) {
    return search.find(
        pruned, fixture.original.sha256(), seeds, temp.resolve(folder), 1, Progress.SILENT);
  }

  @Test
  void modelsAreComparedByConfidentDeviationsAndThenByAll() {
    NewFinds none = finds(-1, -1, -1, -1, -1, -1);
    NewFinds unsure = finds(0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f);
    NewFinds sure = finds(0.8f, 0.8f, 0.8f, -1, -1, -1);
    NewFinds surest = finds(0.95f, 0.95f, 0.95f, -1, -1, -1);
    assertTrue(none.compareWith(unsure) < 0);
    assertTrue(unsure.compareWith(none) > 0);
    assertTrue(unsure.compareWith(sure) < 0, "six unsure ones weigh less than three sure ones");
    assertTrue(sure.compareWith(surest) < 0);
  }

  @Test
  void aDifferenceThatMayBeChanceDoesNotCount() {
    // Three seeds against one: a difference of 2, and the square root of 4 finds that differ.
    assertEquals(0, finds(0.8f, 0.8f, 0.8f, -1).compareWith(finds(-1, -1, -1, 0.8f)));
    // Four against one: 3, and the square root of 5.
    assertTrue(finds(0.8f, 0.8f, 0.8f, 0.8f, -1).compareWith(finds(-1, -1, -1, -1, 0.8f)) > 0);
  }

  private static NewFinds finds(float... surest) {
    List<Float> all = new ArrayList<>();
    for (float confidence : surest) {
      all.add(confidence);
    }
    return new NewFinds(List.of(0.0, 0.7, 0.9), all);
  }

  @Test
  void heldOutSeedsAreSpreadOverTheDataAndOfTwoKindsThatShareNone() {
    List<Picture> clean = noise(100, 3);
    HeldoutSeeds seeds = HeldoutSeeds.of(data(clean), 5);
    assertEquals(every(clean, 0, 20), pictures(seeds.choosing()));
    assertEquals(every(clean, 10, 20), pictures(seeds.measuring()));
    HeldoutSeeds few = HeldoutSeeds.of(data(clean.subList(0, 5)), 50);
    assertEquals(2, few.choosing().size());
    assertEquals(2, few.measuring().size());
    assertFalse(HeldoutSeeds.of(data(clean.subList(0, 1)), 50).suffice());
    HeldoutSeeds two = HeldoutSeeds.of(data(clean), data(noise(3, 4)), 5);
    assertEquals(every(clean, 0, 20), pictures(two.choosing()));
    assertEquals(noise(3, 4), pictures(two.measuring()));
  }

  private static List<Picture> every(List<Picture> all, int from, int step) {
    return IntStream.range(0, 5).mapToObj(i -> all.get(from + i * step)).toList();
  }

  @Test
  void whatANewSearchFindsDecidesAmongRoundsBeforeFixedPicturesDo() {
    RepairLedger.Start start =
        new RepairLedger.Start(
            Map.of("host", new RepairLedger.StartCounts(10, 10)),
            OptionalDouble.of(0.9),
            Optional.empty(),
            0.9,
            Optional.empty());
    RoundChoice choice =
        new RoundChoice(
            new RepairLedger(
                3, null, start, List.of(), Optional.empty(), Optional.empty(), Optional.empty()),
            RoundSettings.of(3));
    RepairLedger.RoundCounts more = new RepairLedger.RoundCounts(0, 10, 5, 15, 15);
    RepairLedger.RoundCounts fewer = new RepairLedger.RoundCounts(5, 5, 0, 5, 5);
    CleanPictures.Rates same = new CleanPictures.Rates(Optional.of(Measure.accuracy(0.9)), 0.9);
    CleanPictures.Rates fallen = new CleanPictures.Rates(Optional.of(Measure.accuracy(0.8)), 0.9);
    assertEquals(RoundOutcome.BEST, choice.outcome(more, same, -1));
    assertEquals(RoundOutcome.NO_BETTER, choice.outcome(fewer, same, 1));
    assertEquals(RoundOutcome.BEST, choice.outcome(fewer, same, 0));
    assertEquals(RoundOutcome.NO_BETTER, choice.outcome(more, same, 0));
    assertEquals(RoundOutcome.ACCURACY_FELL, choice.outcome(fewer, fallen, -1));
  }
}
