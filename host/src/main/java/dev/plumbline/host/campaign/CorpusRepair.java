package dev.plumbline.host.campaign;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.Outcome;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.fleet.FleetDatabase;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.JudgeSource;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.RepeatedJudging;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.repair.CleanPictures;
import dev.plumbline.host.repair.NewSearch;
import dev.plumbline.host.repair.Repair;
import dev.plumbline.host.repair.RepairLedger;
import dev.plumbline.host.repair.RepairRounds;
import dev.plumbline.host.repair.RepairSettings;
import dev.plumbline.host.repair.RoundSearch;
import dev.plumbline.host.repair.RoundSettings;
import dev.plumbline.host.task.Agreement;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A repair of one compressed model beside any job: fine-tunes it once or in rounds, then has the
 * host count the deviations of the corpus before and after.
 */
public final class CorpusRepair {
  private static final String VERB = "repair";

  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final RepairSettings settings;
  private final FleetDatabase database;
  private final Progress progress;
  private final Repair repair;

  /**
   * @param preprocessing of both models
   * @param provider runs models on the host
   * @param device trains
   * @throws BadInputException if the models do not go together, or the compressed one cannot be
   *     trained
   */
  public CorpusRepair(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Device device,
      RepairSettings settings,
      FleetDatabase database,
      Progress progress) {
    ModelContract.requirePair(original, compressed);
    DifferentiableGraph.requireTrainable(compressed);
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.settings = settings;
    this.database = database;
    this.progress = progress;
    this.repair = new Repair(original, compressed, preprocessing, provider, device);
  }

  /**
   * Rounds of search and repair.
   *
   * @param bounds what each round is held to
   * @param search each round begins with
   * @param newSearch against each model that is made; empty for none
   * @param devices judge after each round beside the host
   * @param digest of training and clean pictures, and which of them they are
   * @param folder of the rounds
   * @param begun with: what was chosen in the place of the compressed model
   */
  public record Rounds(
      RoundSettings bounds,
      RoundSearch search,
      Optional<NewSearch> newSearch,
      List<JudgeSource> devices,
      String digest,
      Path folder,
      RepairGraph begun) {}

  /**
   * What a repair made.
   *
   * @param model the repaired one
   * @param agreement of it with the original, on training pictures
   * @param before deviations of the corpus on the host, of the compressed model
   * @param after likewise of the repaired model
   * @param ledger of the rounds; empty if there were none
   * @param lost devices that could not be asked in some round, with why
   */
  public record Repaired(
      OnnxModel model,
      Agreement agreement,
      int before,
      int after,
      Optional<RepairLedger> ledger,
      Map<String, DeviceUnreachableException> lost) {
    /** The sentence on a goal that the rounds missed. */
    public Optional<String> unmet() {
      return ledger.flatMap(RepairLedger::unmet);
    }
  }

  /** Fine-tunes once with the corpus alone. */
  public Repaired once(RepairData data) {
    OnnxModel model = repair.repair(data.corpus(), data.training(), settings, progress);
    return measured(data, model, Optional.empty(), Map.of());
  }

  /**
   * Searches and fine-tunes in rounds.
   *
   * @param data with clean pictures
   * @param annotations file or folder of what people noted about these, in place of labels
   * @throws BadInputException if the annotations do not go with the pictures
   */
  public Repaired inRounds(RepairData data, Optional<Path> annotations, Rounds rounds) {
    Task task = Tasks.of(original);
    Dataset pictures = data.clean().orElseThrow();
    CleanPictures clean =
        CleanPictures.of(
            pictures, task, annotations.map(noted -> Annotations.read(noted, task, pictures)));
    RepairRounds.Result result =
        new RepairRounds(
                repair.ofChosen(
                    rounds.begun().from(), rounds.begun().choice(), rounds.begun().zeros()),
                rounds.search(),
                rounds.newSearch(),
                rounds.devices(),
                settings,
                rounds.bounds(),
                rounds.digest(),
                rounds.folder(),
                progress)
            .run(data.corpus(), data.heldout(), data.training(), clean);
    return measured(data, result.model(), Optional.of(result.ledger()), result.lost());
  }

  private Repaired measured(
      RepairData data,
      OnnxModel model,
      Optional<RepairLedger> ledger,
      Map<String, DeviceUnreachableException> lost) {
    // With the original: what the compressed model was made from, and the repaired one is to be.
    Agreement agreement =
        Agreement.of(original, model, preprocessing, data.training(), provider, progress);
    int before = deviations(data.corpus(), compressed);
    int after = deviations(data.corpus(), model);
    return new Repaired(model, agreement, before, after, ledger, lost);
  }

  /**
   * On the host. What it says is stored, and is no baseline: a check of the repaired model would
   * otherwise take what the repair newly broke for known.
   */
  private int deviations(Corpus corpus, OnnxModel model) {
    FleetRun run =
        FleetRun.begin(
            database,
            VERB,
            new RepeatedJudging(model, Optional.empty(), 0, progress),
            model.sha256());
    FleetRun.Answers answers =
        run.replay(corpus, List.of(), List.of(JudgeSource.host(preprocessing, provider)));
    run.endWithoutBaseline();
    for (Judged.Failure failure : answers.failures().values()) {
      throw new BadInputException(failure.message());
    }
    return answers.onCorpus().get(0).count(Outcome.DEVIATES);
  }
}
