package dev.plumbline.host.repair;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.ToolVersion;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Logits;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.Trainer;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.WeightMasks;
import java.util.List;

/**
 * Repairs a compressed model: fine-tunes it on the effective and valid pictures of a corpus mixed
 * into training data, as COMPD does. What it learns is the original's; nobody has to label
 * anything.
 *
 * <p>A quantized model is trained as its proxy, with scales as they are, and folded back to the
 * same integers' graph; a pruned one keeps its zeros.
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
    this.original = original;
    this.compressed = compressed;
    this.preprocessing = preprocessing;
    this.provider = provider;
    this.device = device;
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
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(compressed, device)) {
      TrainingSettings how =
          new TrainingSettings(
              settings.epochs(),
              settings.batch(),
              LearningRate.constant(settings.rate()),
              settings.momentum(),
              settings.weightDecay(),
              settings.randomSeed());
      TrainingPart found = new TrainingPart(CorpusPictures.of(corpus), Augmentation.NONE);
      WeightMasks masks = WeightMasks.ofZeros(compressed);
      switch (settings.recipe()) {
        case DISTILL -> {
          // A teacher sees each picture itself.
          try (DifferentiableGraph teacher = DifferentiableGraph.frozen(original, device)) {
            Trainer.distilling(graph, preprocessing, masks, teacher)
                .train(List.of(found, augmented(training)), how, EpochListener.NONE, progress);
          }
        }
        case COMPD -> {
          Dataset labelled = new Relabelled(training, originalLabels(training, progress));
          new Trainer(graph, preprocessing, masks)
              .train(List.of(found, augmented(labelled)), how, EpochListener.NONE, progress);
        }
      }
      return graph
          .export()
          .withMetadata(PARENT, compressed.sha256())
          .withMetadata(ORIGINAL, original.sha256())
          .withMetadata(CORPUS, corpus.sha256())
          .withMetadata(Provenance.TOOL_VERSION, ToolVersion.text())
          .withMetadata(
              RECIPE,
              "%s, %d epochs, rate %s, %d corpus and %d training pictures"
                  .formatted(
                      settings.recipe(),
                      settings.epochs(),
                      settings.rate(),
                      CorpusPictures.of(corpus).size(),
                      training.size()));
    }
  }

  private static TrainingPart augmented(Dataset data) {
    return new TrainingPart(data, Augmentation.cropAndFlip(data.shape()));
  }

  private int[] originalLabels(Dataset training, Progress progress) {
    try (PictureClassifier classifier = PictureClassifier.open(original, preprocessing, provider);
        Progress.Step step = progress.begin("labelling with the original", training.size())) {
      return Logits.labels(classifier.logits(training, step));
    }
  }
}
