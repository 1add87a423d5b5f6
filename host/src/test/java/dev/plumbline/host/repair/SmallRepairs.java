package dev.plumbline.host.repair;

import static dev.plumbline.host.repair.RepairFixture.labels;
import static dev.plumbline.host.repair.RepairFixture.noise;

import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Label;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** Repairs in rounds on small models, for tests of rounds. */
abstract class SmallRepairs {
  static final RepairSettings GENTLE = settings(0.6);

  /** Steps of 30 times a weight's usual size leave nothing of what was learned. */
  static final RepairSettings RUINOUS = settings(0.999);

  @TempDir Path temp;
  final RepairFixture fixture = new RepairFixture();
  final OnnxModel original = fixture.original;
  final OnnxModel pruned = Pruner.prune(original, 0.7);
  final Dataset training = labelled(noise(48, 5));
  int searches;

  static RepairSettings settings(double rate) {
    return new RepairSettings(RepairRecipe.LOGITS, 4, 16, rate, 0.5, 1, false, 1);
  }

  Dataset labelled(List<Picture> pictures) {
    return labelled(pictures, original);
  }

  /** Pictures with what a model says of them as their labels. */
  static Dataset labelled(List<Picture> pictures, OnnxModel model) {
    return DecidedPictures.of(
        RepairFixture.SHAPE,
        RepairFixture.CLASSES,
        pictures,
        Arrays.stream(labels(model, pictures)).<Decision>mapToObj(Label::known).toList());
  }

  Corpus corpus() {
    return fixture.corpus(temp.resolve("corpus"), pruned, noise(80, 1));
  }

  Corpus heldout() {
    return fixture.corpus(temp.resolve("heldout"), pruned, noise(60, 2));
  }

  abstract static class Named implements RoundSearch {
    @Override
    public String id() {
      return "noise";
    }
  }

  /** A search that finds other noise in each round. */
  final class NoiseSearch extends Named {
    @Override
    public Corpus search(
        OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
      searches++;
      return fixture.corpus(out, model, noise(20, 100 + randomSeed));
    }
  }

  RepairRounds rounds(RepairSettings settings, RoundSettings bounds, String folder) {
    return rounds(new NoiseSearch(), settings, bounds, folder);
  }

  RepairRounds rounds(
      RoundSearch search, RepairSettings settings, RoundSettings bounds, String folder) {
    return rounds(search, Optional.empty(), settings, bounds, folder);
  }

  RepairRounds rounds(
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
  static RoundSettings free(int rounds) {
    return new RoundSettings(
        rounds, OptionalDouble.empty(), OptionalDouble.empty(), 100, 0.2, OptionalInt.of(0), 5);
  }

  CleanPictures clean() {
    return CleanPictures.of(labelled(noise(100, 3)), Classification.PLAIN);
  }

  RepairRounds.Result run(RepairRounds rounds) {
    return rounds.run(corpus(), Optional.of(heldout()), training, clean());
  }

  /** Calls every seed on which a model deviates as it is a deviation that it has found. */
  final class SeedsAsTheyAre extends Named {
    @Override
    public Corpus search(
        OnnxModel model, Dataset seeds, Path out, long randomSeed, Progress progress) {
      searches++;
      return fixture.corpus(
          out, model, IntStream.range(0, seeds.size()).mapToObj(seeds::picture).toList());
    }
  }

  Optional<NewSearch> newSearch() {
    return Optional.of(
        new NewSearch(
            List.of(
                new NewSearch.Level(0, new SeedsAsTheyAre()),
                new NewSearch.Level(0.7, new SeedsAsTheyAre())),
            new HeldoutSeeds(labelled(noise(60, 11)), labelled(noise(40, 12)))));
  }

  Path ledger() {
    return temp.resolve("out.rounds").resolve("ledger.json");
  }
}
