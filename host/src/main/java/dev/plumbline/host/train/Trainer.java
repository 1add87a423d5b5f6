package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.Unrecorded;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.memory.MemoryBudget;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/**
 * Trains the parameters of a graph on pictures: on their labels by cross-entropy, or on what a
 * teacher says of them. One thread at a time; no gradient tape may be open.
 */
public final class Trainer {
  private final DifferentiableGraph graph;
  private final Preprocessing preprocessing;
  private final WeightMasks masks;
  private final Optional<Distillation> distillation;
  private final OptimizerKind optimizer;
  private final double hardShare;

  /** What takes the place of labels. */
  private record Distillation(DifferentiableGraph teacher, DistillationLoss loss) {}

  /**
   * @param graph made trainable; it stays the caller's to close and to export
   * @param preprocessing of the model
   * @param masks weights that stay zero
   */
  public Trainer(DifferentiableGraph graph, Preprocessing preprocessing, WeightMasks masks) {
    this(graph, preprocessing, masks, Optional.empty(), OptimizerKind.MOMENTUM_SGD, 0);
  }

  /**
   * As {@link #Trainer(DifferentiableGraph, Preprocessing, WeightMasks)}, by distillation (Hinton,
   * Vinyals, Dean, 2015, at temperature 1): what the teacher says of each picture as it is drawn
   * takes the place of its label.
   *
   * @param teacher frozen, on the same device, for the same input; it stays the caller's to close
   */
  public static Trainer distilling(
      DifferentiableGraph graph,
      Preprocessing preprocessing,
      WeightMasks masks,
      DifferentiableGraph teacher) {
    return distilling(graph, preprocessing, masks, teacher, DistillationLoss.softLabels(1));
  }

  /**
   * As {@link #distilling(DifferentiableGraph, Preprocessing, WeightMasks, DifferentiableGraph)},
   * by another loss.
   */
  public static Trainer distilling(
      DifferentiableGraph graph,
      Preprocessing preprocessing,
      WeightMasks masks,
      DifferentiableGraph teacher,
      DistillationLoss loss) {
    return new Trainer(
        graph,
        preprocessing,
        masks,
        Optional.of(new Distillation(teacher, loss)),
        OptimizerKind.MOMENTUM_SGD,
        0);
  }

  /** The same training with another optimizer than momentum SGD. */
  public Trainer with(OptimizerKind other) {
    return new Trainer(graph, preprocessing, masks, distillation, other, hardShare);
  }

  /**
   * The same distillation with a share of the loss on the data's own labels, which are not looked
   * at otherwise.
   *
   * @param share 0 to 1
   * @throws BadInputException if it is not
   */
  public Trainer withHardShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new BadInputException(
          "the share of hard labels in a distillation is " + share + ", expected 0 to 1");
    }
    return new Trainer(graph, preprocessing, masks, distillation, optimizer, share);
  }

  private Trainer(
      DifferentiableGraph graph,
      Preprocessing preprocessing,
      WeightMasks masks,
      Optional<Distillation> distillation,
      OptimizerKind optimizer,
      double hardShare) {
    if (graph.parameters().isEmpty()) {
      throw new BadInputException(
          "model "
              + graph.model().name()
              + " has no weights that can be trained, expected convolutions or matrix products");
    }
    this.graph = graph;
    this.preprocessing = preprocessing;
    this.masks = masks;
    this.distillation = distillation;
    this.optimizer = optimizer;
    this.hardShare = hardShare;
  }

  /**
   * Trains. Every epoch sees every picture of every part once, mixed; the batches of an epoch
   * differ in size by one at most. The same settings on the same machine give the same weights.
   * Where memory has no room for a whole batch, its pictures go through the model in parts, with
   * the gradients of the whole; only BatchNormalization then averages over a part.
   *
   * @param parts where the pictures come from, of one shape
   * @throws BadInputException if the loss is no finite number any more, or was not before: the
   *     model gives none for some picture
   * @throws CancellationException if the thread is interrupted; it stays so, and the graph holds
   *     the weights of the last whole step
   * @throws BadInputException if the parts do not fit each other or the model
   */
  public void train(
      List<TrainingPart> parts,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    train(new MixedData(parts, preprocessing, settings.batch()), settings, listener, progress);
  }

  /**
   * As {@link #train}, on parts that each have a share of every batch. An epoch sees every picture
   * of the first part once.
   *
   * @param portions whose shares add up to 1
   */
  public void trainPortions(
      List<Portion> portions,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    train(
        new PortionedData(portions, preprocessing, settings.batch()), settings, listener, progress);
  }

  private void train(
      BatchSource data, TrainingSettings settings, EpochListener listener, Progress progress) {
    SplittableRandom random = new SplittableRandom(settings.randomSeed());
    long total = (long) data.batches() * settings.epochs();
    long done = 0;
    int together = 0;
    try (Optimizer moving = optimizer(settings);
        Progress.Step shown = progress.begin("training", total)) {
      for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
        data.shuffle(random);
        double sum = 0;
        for (int b = 0; b < data.batches(); b++) {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException(
                "training was interrupted after " + done + " of " + total + " steps");
          }
          double rate = settings.rate().at((double) done / total);
          BatchSource.Batch batch = data.batch(b, random);
          if (together == 0) {
            together = together(batch);
          }
          double loss = gradients(batch, together);
          if (!Double.isFinite(loss)) {
            FiniteScores.require(graph.model(), batch);
            distillation.ifPresent(d -> FiniteScores.require(d.teacher().model(), batch));
            throw new BadInputException(
                String.format(
                    Locale.ROOT,
                    "the loss became %s in step %d of %d (epoch %d) at learning rate %.3g,"
                        + " expected a finite number: a lower rate may help",
                    loss,
                    done + 1,
                    total,
                    epoch,
                    rate));
          }
          moving.step(rate);
          sum += loss * batch.labels().length;
          done++;
          shown.at(
              done,
              String.format(Locale.ROOT, "epoch %d, loss %.4f, rate %.4f", epoch, loss, rate));
        }
        listener.epochDone(epoch, sum / data.size());
      }
    }
  }

  private Optimizer optimizer(TrainingSettings settings) {
    return switch (optimizer) {
      case MOMENTUM_SGD ->
          new MomentumSgd(graph.parameters(), masks, settings.momentum(), settings.weightDecay());
      case ADAM -> new Adam(graph.parameters(), masks);
    };
  }

  /** Pictures that go forward and backward together; those of a step where memory has room. */
  private int together(BatchSource.Batch batch) {
    int pictures = batch.labels().length;
    if (graph.device().isGpu()) {
      return pictures;
    }
    try (NDManager manager = owner().newSubManager()) {
      NDArray one = new Part(batch, 0, 1).input(manager);
      String what = "training " + graph.model().name() + " on pictures of " + one.getShape();
      return MemoryBudget.ofProcess().pictures(what, need(one), pictures);
    }
  }

  /**
   * Of pictures that go forward and backward together.
   *
   * @param one 1 x C x H x W
   */
  MemoryNeed need(NDArray one) {
    MemoryNeed need = graph.memory(one).gradient();
    if (distillation.isPresent()) {
      need = need.plus(distillation.get().teacher().memory(one).inference());
    }
    long weights =
        graph.parameters().stream().mapToLong(p -> p.master().size() * Float.BYTES).sum();
    // A gradient for each weight, and what the optimizer keeps of it.
    return need.plus(new MemoryNeed(3 * weights, 0));
  }

  /**
   * Some pictures of a batch.
   *
   * @param from the first
   * @param to after the last
   */
  private record Part(BatchSource.Batch batch, int from, int to) {
    /** Parts of nearly one size; none is of one picture, whose normalisation averages nothing. */
    static List<Part> of(BatchSource.Batch batch, int together) {
      int size = batch.labels().length;
      int count = Math.max(1, Math.min((size + together - 1) / together, size / 2));
      List<Part> parts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        parts.add(new Part(batch, size * i / count, size * (i + 1) / count));
      }
      return parts;
    }

    NDArray input(NDManager manager) {
      int each = batch.input().length / batch.labels().length;
      long[] dims = batch.dims().clone();
      dims[0] = to - from;
      return manager.create(
          Arrays.copyOfRange(batch.input(), from * each, to * each), new Shape(dims));
    }
  }

  /** Adds a batch's gradients to the parameters; returns its mean loss. */
  private double gradients(BatchSource.Batch batch, int together) {
    NDManager owner = owner();
    List<Part> parts = Part.of(batch, together);
    try (NDManager manager = owner.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      if (parts.size() == 1) {
        return gradients(batch, manager);
      }
      Optional<NDArray> taught = distillation.map(d -> logits(parts, d.teacher(), manager));
      NDArray logits = logits(parts, graph, manager);
      double value = loss(logits, taught, batch.labels(), manager).getFloat();
      if (Double.isFinite(value)) {
        parts.forEach(part -> gradients(part, logits, taught, manager));
      }
      return value;
    }
  }

  private double gradients(BatchSource.Batch batch, NDManager manager) {
    NDArray input =
        DeviceArrays.on(graph.device(), manager.create(batch.input(), new Shape(batch.dims())));
    Optional<NDArray> taught = distillation.map(d -> d.teacher().logits(input));
    try (GradientTape tape = GradientTape.open()) {
      NDArray loss = loss(graph.logitsInTraining(input), taught, batch.labels(), manager);
      double value = loss.getFloat();
      if (Double.isFinite(value)) {
        tape.backward(loss);
      }
      return value;
    }
  }

  /** What a graph says of all parts, without gradient. */
  private static NDArray logits(List<Part> parts, DifferentiableGraph of, NDManager manager) {
    NDList logits = new NDList();
    for (Part part : parts) {
      try (NDManager own = manager.newSubManager()) {
        NDArray said = Unrecorded.compute(() -> of.logits(part.input(own)));
        said.attach(manager);
        logits.add(said);
      }
    }
    return NDArrays.concat(logits);
  }

  /**
   * Adds the gradients that come through one part. The loss is that of the whole batch, as it may
   * look at all pictures; the other parts' logits are constants in it.
   */
  private void gradients(Part part, NDArray logits, Optional<NDArray> taught, NDManager manager) {
    try (NDManager own = manager.newSubManager();
        NDScope scope = new NDScope();
        GradientTape tape = GradientTape.open()) {
      scope.suppressNotUsedWarning();
      NDList all = new NDList();
      if (part.from() > 0) {
        all.add(logits.get("0:" + part.from()));
      }
      all.add(graph.logitsInTraining(part.input(own)));
      if (part.to() < part.batch().labels().length) {
        all.add(logits.get(part.to() + ":"));
      }
      tape.backward(loss(NDArrays.concat(all), taught, part.batch().labels(), own));
    }
  }

  private NDManager owner() {
    return graph.parameters().get(0).master().getManager();
  }

  private NDArray loss(NDArray logits, Optional<NDArray> taught, int[] labels, NDManager manager) {
    return taught
        .map(t -> distilled(logits, t, labels, manager))
        .orElseGet(() -> crossEntropy(logits, oneHot(labels, logits, manager)));
  }

  private NDArray distilled(NDArray logits, NDArray taught, int[] labels, NDManager manager) {
    NDArray soft = distillation.orElseThrow().loss().of(logits, taught);
    if (hardShare == 0) {
      return soft;
    }
    NDArray hard = crossEntropy(logits, oneHot(labels, logits, manager));
    return Scalars.times(soft, (float) (1 - hardShare)).add(Scalars.times(hard, (float) hardShare));
  }

  /**
   * @param targets share of each class, N x classes
   */
  private static NDArray crossEntropy(NDArray logits, NDArray targets) {
    return Scalars.dividedBy(
        logits.logSoftmax(1).mul(targets).sum(), -(float) logits.getShape().get(0));
  }

  private NDArray oneHot(int[] labels, NDArray logits, NDManager manager) {
    int classes = Math.toIntExact(logits.getShape().get(1));
    float[] expected = new float[Math.multiplyExact(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new BadInputException(
            "the training data hold label "
                + labels[i]
                + ", expected 0 to "
                + (classes - 1)
                + " as model "
                + graph.model().name()
                + " tells apart");
      }
      expected[i * classes + labels[i]] = 1;
    }
    return DeviceArrays.beside(logits, manager.create(expected, new Shape(labels.length, classes)));
  }
}
