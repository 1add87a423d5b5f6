package dev.plumbline.host.repair;

import ai.djl.Device;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import dev.plumbline.host.task.ModelDecisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.DistillationLoss;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.OptimizerKind;
import dev.plumbline.host.train.Portion;
import dev.plumbline.host.train.Trainer;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.WeightMasks;
import java.util.ArrayList;
import java.util.List;

/**
 * One fine-tuning of a model with pictures of corpora.
 *
 * @param original teaches
 * @param provider runs the original for its labels
 * @param device trains
 */
record FineTuning(
    OnnxModel original, Preprocessing preprocessing, RuntimeProvider provider, Device device) {
  private static final double MOMENTUM = 0.9;
  private static final double WEIGHT_DECAY = 5e-4;

  /** How much more a picture on the original's boundary counts than one far from it. */
  private static final double BOUNDARY_WEIGHT = 10;

  /** Margin over which that fades, as a share of the original's mean margin. */
  private static final double BOUNDARY_WIDTH = 0.06;

  /** What a label must be ahead of the others by, likewise; less costs. */
  private static final double MARGIN = 0.04;

  /** Weight of what is lacking of that margin. */
  private static final double MARGIN_WEIGHT = 2;

  /** Likewise where outputs are matched: so little that margins elsewhere stay the original's. */
  private static final double MATCHED_MARGIN_WEIGHT = 0.2;

  /** Share of the corpus' pictures in a batch that goes to those a model deviated on. */
  private static final double HARD_SHARE = 0.3;

  /** Steps of a pixel by which training pictures move where outputs are matched: 8/255. */
  private static final int NOISE = 8;

  /**
   * Share of them that goes to what was found from training pictures: the corpus keeps the rest,
   * however many these are.
   */
  private static final double TRAINING_SHARE = 0.5;

  /**
   * @param model to start from
   * @param others found from training pictures; may be empty
   * @param training pictures of the kind the original was trained on
   * @return the trained model, of the same graph
   */
  OnnxModel tune(
      OnnxModel model,
      CorpusPool pool,
      CorpusPool others,
      Dataset training,
      RepairSettings settings,
      Progress progress) {
    try (DifferentiableGraph graph =
        settings.learnedScales()
            ? DifferentiableGraph.trainableWithScales(model, device)
            : DifferentiableGraph.trainable(model, device)) {
      WeightMasks masks = WeightMasks.ofZeros(model);
      Task task = Tasks.of(original);
      if (settings.recipe() == RepairRecipe.COMPD && task instanceof Classification) {
        Dataset labelled = new Relabelled(training, originalLabels(training, progress));
        new Trainer(graph, preprocessing, masks)
            .train(
                List.of(found(pool.with(others)), augmented(labelled)),
                how(settings, LearningRate.constant(settings.rate())),
                EpochListener.NONE,
                progress);
      } else {
        try (DifferentiableGraph teacher = DifferentiableGraph.frozen(original, device)) {
          Trainer.distilling(graph, preprocessing, masks, teacher, loss(task, settings))
              .with(OptimizerKind.ADAM)
              .trainPortions(
                  portions(pool, others, training(training, settings), settings.corpusShare()),
                  how(settings, LearningRate.cosine(settings.rate())),
                  EpochListener.NONE,
                  progress);
        }
      }
      return graph.export();
    }
  }

  private static DistillationLoss loss(Task task, RepairSettings settings) {
    if (settings.recipe() == RepairRecipe.MATCH) {
      return DistillationLoss.distance(task).withMargin(task, MATCHED_MARGIN_WEIGHT, MARGIN);
    }
    if (!(task instanceof Classification)) {
      return DistillationLoss.distance(task).withMargin(task, MARGIN_WEIGHT, MARGIN);
    }
    DistillationLoss taught =
        settings.recipe() == RepairRecipe.LOGITS
            ? DistillationLoss.logits(task, BOUNDARY_WEIGHT, BOUNDARY_WIDTH)
            : DistillationLoss.softLabels(settings.temperature());
    return taught.withMargin(task, MARGIN_WEIGHT, MARGIN);
  }

  private static TrainingSettings how(RepairSettings settings, LearningRate rate) {
    return new TrainingSettings(
        settings.epochs(), settings.batch(), rate, MOMENTUM, WEIGHT_DECAY, settings.randomSeed());
  }

  private static List<Portion> portions(
      CorpusPool pool, CorpusPool others, TrainingPart training, double share) {
    List<Portion> portions = new ArrayList<>();
    portions.add(new Portion(training, 1 - share));
    double ofOthers = others.pictures().isEmpty() ? 0 : TRAINING_SHARE;
    addFound(portions, pool, share * (1 - ofOthers));
    addFound(portions, others, share * ofOthers);
    return portions;
  }

  private static TrainingPart training(Dataset data, RepairSettings settings) {
    TrainingPart usual = augmented(data);
    return settings.recipe() == RepairRecipe.MATCH
        ? new TrainingPart(data, usual.augmentation().withNoise(NOISE))
        : usual;
  }

  private static void addFound(List<Portion> portions, CorpusPool pool, double share) {
    if (share == 0) {
      return;
    }
    CorpusPool hard = pool.where(PoolPicture::hard);
    CorpusPool easy = pool.where(picture -> !picture.hard());
    double hardShare = hard.pictures().isEmpty() ? 0 : easy.pictures().isEmpty() ? 1 : HARD_SHARE;
    if (hardShare > 0) {
      portions.add(new Portion(found(hard), share * hardShare));
    }
    if (hardShare < 1) {
      portions.add(new Portion(found(easy), share * (1 - hardShare)));
    }
  }

  private static TrainingPart found(CorpusPool pool) {
    return new TrainingPart(pool.data(), Augmentation.NONE);
  }

  private static TrainingPart augmented(Dataset data) {
    return new TrainingPart(data, Augmentation.usual(data.inputShape()));
  }

  private int[] originalLabels(Dataset training, Progress progress) {
    return new ModelDecisions(preprocessing, provider)
        .of(original, training, "labelling with the original", progress).stream()
            .mapToInt(decision -> Label.of(decision).number())
            .toArray();
  }
}
