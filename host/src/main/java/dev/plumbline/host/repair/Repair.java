package dev.plumbline.host.repair;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.Optional;

/**
 * Repairs a compressed model once: fine-tunes it on the effective and valid pictures of a corpus
 * and on training data. What it learns is the original's; nobody has to label anything. {@link
 * RepairRounds} searches and repairs again.
 *
 * <p>A quantized model is trained as its proxy and folded back to the same integers' graph, with
 * scales as they are unless the settings have them trained; a pruned one keeps its zeros.
 */
public final class Repair {
  /** Metadata of a repaired model: SHA-256 of the model that was repaired. */
  public static final String PARENT = "plumbline.repair.parent.sha256";

  /** Metadata of a repaired model: SHA-256 of the original whose labels it learned. */
  public static final String ORIGINAL = "plumbline.repair.original.sha256";

  /** Metadata of a repaired model: SHA-256 of the corpus that it learned from. */
  public static final String CORPUS = "plumbline.repair.corpus.sha256";

  /** Metadata of a repaired model: how it was trained. */
  public static final String RECIPE = "plumbline.repair.recipe";

  private final OnnxModel original;
  private final OnnxModel compressed;
  private final Preprocessing preprocessing;
  private final RuntimeProvider provider;
  private final Device device;
  private final OnnxModel given;
  private final Optional<GraphChoice> graph;
  private final Optional<ZerosChoice> zeros;

  /**
   * @param provider runs the original for its labels
   * @param device trains the compressed model
   */
  public Repair(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Device device) {
    this(
        original,
        compressed,
        preprocessing,
        provider,
        device,
        compressed,
        Optional.empty(),
        Optional.empty());
  }

  private Repair(
      OnnxModel original,
      OnnxModel compressed,
      Preprocessing preprocessing,
      RuntimeProvider provider,
      Device device,
      OnnxModel given,
      Optional<GraphChoice> graph,
      Optional<ZerosChoice> zeros) {
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.device = device;
    this.given = given;
    this.graph = graph;
    this.zeros = zeros;
  }

  /**
   * This repair, of a model that was chosen; the ledger of its rounds says so.
   *
   * @param from the compressed model in whose place it was chosen: rounds are held to its accuracy
   */
  public Repair ofChosen(
      OnnxModel from, Optional<GraphChoice> chosenGraph, Optional<ZerosChoice> chosenZeros) {
    return new Repair(
        original, compressed, preprocessing, provider, device, from, chosenGraph, chosenZeros);
  }

  /** The compressed model as it was given, of which another one may have been chosen. */
  OnnxModel given() {
    return given;
  }

  /** The graph that was chosen before the repair. */
  Optional<GraphChoice> graphChoice() {
    return graph;
  }

  /** The weights that were chosen before the repair to differ from 0. */
  Optional<ZerosChoice> zerosChoice() {
    return zeros;
  }

  /**
   * Repairs the compressed model.
   *
   * @param corpus found with exactly these two models
   * @param training pictures of the kind the original was trained on; their labels are not used
   * @return the repaired model, of the same graph as the compressed one
   * @throws dev.plumbline.host.BadInputException if the corpus was made with other models
   */
  public OnnxModel repair(
      Corpus corpus, Dataset training, RepairSettings settings, Progress progress) {
    corpus.requireModels(original.sha256(), compressed.sha256());
    CorpusPool pool = CorpusPool.of("corpus", corpus);
    OnnxModel repaired =
        fineTuning().tune(compressed, pool, pool.none(), training, settings, progress);
    return withProvenance(repaired, corpus, settings, 1, pool, training);
  }

  /**
   * Trains the compressed model to be as the original on training pictures alone. Where it comes
   * from is not told in it.
   *
   * @param settings whose share of a corpus plays no part
   */
  public OnnxModel distilled(Dataset training, RepairSettings settings, Progress progress) {
    CorpusPool none = CorpusPool.empty(training.inputShape(), training.classNames());
    return fineTuning()
        .tune(compressed, none, none, training, settings.withCorpusShare(0), progress);
  }

  /** A repaired model that tells where it comes from. */
  OnnxModel withProvenance(
      OnnxModel repaired,
      Corpus corpus,
      RepairSettings settings,
      int rounds,
      CorpusPool pool,
      Dataset training) {
    return repaired
        .withMetadata(PARENT, compressed.sha256())
        .withMetadata(ORIGINAL, original.sha256())
        .withMetadata(CORPUS, corpus.sha256())
        .withMetadata(Provenance.TOOL_VERSION, ToolVersion.text())
        .withMetadata(
            RECIPE,
            "%s%s, round %d, %d epochs, rate %s, %d corpus and %d training pictures"
                .formatted(
                    settings.recipe(),
                    settings.learnedScales() ? " with learned scales" : "",
                    rounds,
                    settings.epochs(),
                    settings.rate(),
                    pool.pictures().size(),
                    training.size()));
  }

  OnnxModel original() {
    return original;
  }

  OnnxModel compressed() {
    return compressed;
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }

  RuntimeProvider provider() {
    return provider;
  }

  FineTuning fineTuning() {
    return new FineTuning(original, preprocessing, provider, device);
  }
}
