package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Pruner;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.precision.CleanError;
import dev.plumbline.host.repair.NewSearchCounts;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.ZerosChoice;
import dev.plumbline.host.train.WeightWorth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses anew which weights of a pruned model are 0: the original's weights that its outputs need
 * most are kept, as many as the pruned model has and so many more as a budget allows, wherever in
 * the network they are. What is kept learns the original's outputs from training pictures.
 *
 * @param original of the pair
 * @param pruned with the original's graph and zeros among its weights
 * @param preprocessing of both models
 * @param provider runs models on clean pictures
 * @param settings how kept weights learn
 * @param maxDrop percentage points of agreement with the original on clean pictures that the new
 *     choice may cost, at least 0
 */
public record RepairZeros(
    OnnxModel original,
    OnnxModel pruned,
    Preprocessing preprocessing,
    RuntimeProvider provider,
    Accelerator accelerator,
    RepairSettings settings,
    double maxDrop,
    Progress progress) {
  /** Metadata of a model with zeros chosen anew: all that it depends on. */
  private static final String KEY = "plumbline.repair.zeros";

  private static final String MODEL = "model.onnx";

  /**
   * Chooses, and searches again from the seeds of the corpora where the new choice is the better.
   * What an earlier call that was cut off has done is not done again.
   *
   * @param search of the rounds
   * @param data with clean pictures, and corpora of the pair
   * @param asked budget: how many more weights than the pruned model's may differ from 0, as a
   *     share of these
   * @throws BadInputException if the compressed model is not the original with zeros, or the folder
   *     holds another choice
   */
  public RepairGraph choose(FreshSearch search, RepairData data, RepairGraph.Asked asked) {
    List<ZerosChoice.Layer> before = layers(pruned, pruned);
    long weights = before.stream().mapToLong(ZerosChoice.Layer::weights).sum();
    long keptBefore = Pruner.kept(pruned);
    long kept = Math.min(weights, (long) Math.floor(keptBefore * (1 + asked.budget())));
    OnnxModel other = other(kept, data.training(), asked);
    CleanError.Reference reference =
        new CleanError.Reference(
            original, data.clean().orElseThrow(), preprocessing, provider, progress);
    CleanError errorBefore = reference.of("the pruned model", pruned);
    CleanError error = reference.of("the model with zeros chosen anew", other);
    boolean taken =
        (error.natural() - errorBefore.natural()) * 100.0 <= maxDrop * error.pictures()
            && isBetter(
                counts(pruned, asked, "choosing"),
                counts(other, asked, "choosing"),
                errorBefore,
                error);
    ZerosChoice choice =
        new ZerosChoice(
            taken,
            asked.budget(),
            weights,
            keptBefore,
            Pruner.kept(other),
            layers(pruned, other),
            other.sha256(),
            errorBefore.natural(),
            error.natural(),
            errorBefore.margin(),
            error.margin(),
            new NewSearchCounts.BeforeAfter(
                counts(pruned, asked, "measuring"), counts(other, asked, "measuring")));
    progress.say(choice.inWords());
    return taken
        ? RepairGraph.withZeros(pruned, other, search, data, asked, choice, progress)
        : RepairGraph.withZerosAsTheyWere(pruned, data, choice);
  }

  /** The original's weights where they are worth most, trained; read where that was done before. */
  private OnnxModel other(long kept, Dataset training, RepairGraph.Asked asked) {
    String key =
        String.join(
            ", ",
            "original " + original.sha256(),
            "pruned " + pruned.sha256(),
            "kept " + kept,
            settings.toString(),
            "data " + asked.digest());
    Path file = asked.folder().resolve(MODEL);
    if (!Files.exists(file)) {
      OnnxModel start =
          Pruner.keepWorthiest(
              original,
              WeightWorth.of(
                  original, preprocessing, training, accelerator, asked.randomSeed(), progress),
              kept);
      new Repair(original, start, preprocessing, provider, accelerator.torchDevice())
          .distilled(training, settings, progress)
          .withMetadata(KEY, key)
          .write(file);
    }
    OnnxModel model = OnnxModel.read(file);
    if (!key.equals(model.metadata().get(KEY))) {
      throw new BadInputException(
          file + " is of another repair, expected none there or that of the same repair");
    }
    return model;
  }

  /** Fewer confident deviations, then fewer of any kind, then the smaller error on clean data. */
  private static boolean isBetter(
      NewSearchCounts before, NewSearchCounts after, CleanError errorBefore, CleanError error) {
    int confident = confident(after) - confident(before);
    int any = after.seedsWithDeviation() - before.seedsWithDeviation();
    return confident != 0
        ? confident < 0
        : any != 0 ? any < 0 : error.margin() < errorBefore.margin();
  }

  private static int confident(NewSearchCounts counts) {
    return counts.byConfidence().values().stream().mapToInt(Integer::intValue).sum();
  }

  private NewSearchCounts counts(OnnxModel model, RepairGraph.Asked asked, String name) {
    boolean choosing = name.equals("choosing");
    return asked
        .newSearch()
        .counts(
            model,
            original.sha256(),
            choosing ? asked.newSearch().seeds().choosing() : asked.newSearch().seeds().measuring(),
            asked.folder().resolve("searches").resolve(model.sha256()).resolve(name),
            asked.randomSeed(),
            progress);
  }

  /**
   * @throws BadInputException if the pruned model's weights are not those of the original's graph
   */
  private List<ZerosChoice.Layer> layers(OnnxModel before, OnnxModel after) {
    Map<String, Pruner.Kept> ours = new LinkedHashMap<>(Pruner.keptByWeight(before));
    Map<String, Pruner.Kept> theirs = Pruner.keptByWeight(after);
    requireSameGraph(ours);
    List<ZerosChoice.Layer> layers = new ArrayList<>();
    ours.forEach(
        (name, kept) ->
            layers.add(
                new ZerosChoice.Layer(name, kept.of(), kept.kept(), theirs.get(name).kept())));
    return layers;
  }

  private void requireSameGraph(Map<String, Pruner.Kept> ours) {
    Map<String, Pruner.Kept> all = Pruner.keptByWeight(original);
    boolean same =
        all.keySet().equals(ours.keySet())
            && all.keySet().stream().allMatch(name -> all.get(name).of() == ours.get(name).of());
    if (!same || Pruner.sparsity(pruned) == 0) {
      throw new BadInputException(
          "model "
              + pruned.name()
              + (same ? " has no zeros among its weights" : " has other layers than the original")
              + ", expected the original with some of its weights set to 0, to choose these anew");
    }
  }
}
