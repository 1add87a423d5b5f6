package dev.plumbline.host.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.PictureClassifier;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/** Trains the parameters of a graph on pictures with labels, by cross-entropy. */
public final class Trainer {
  private final DifferentiableGraph graph;
  private final Preprocessing preprocessing;
  private final WeightMasks masks;

  /**
   * @param graph a trainable one; its parameters change in place
   */
  public Trainer(DifferentiableGraph graph, Preprocessing preprocessing, WeightMasks masks) {
    if (graph.parameters().isEmpty()) {
      throw new IllegalArgumentException("a graph without trainable parameters");
    }
    this.graph = graph;
    this.preprocessing = preprocessing;
    this.masks = masks;
  }

  /** One picture of one part. */
  private record Example(TrainingPart part, int index) {}

  /**
   * Trains.
   *
   * @param parts drawn from in one random order
   * @throws ArithmeticException if the loss is no longer a number
   * @throws CancellationException if the thread is interrupted
   */
  public void train(
      List<TrainingPart> parts,
      TrainingSettings settings,
      EpochListener listener,
      Progress progress) {
    Example[] examples = examples(parts);
    SplittableRandom random = new SplittableRandom(settings.randomSeed());
    int batches = (examples.length + settings.batch() - 1) / settings.batch();
    // Normalisation over one picture has no variance: a last batch of one is left out.
    if (examples.length % settings.batch() == 1) {
      batches--;
    }
    long total = (long) batches * settings.epochs();
    try (Sgd optimizer = new Sgd(graph.parameters(), masks, settings);
        Progress.Step step = progress.begin("training", total)) {
      long done = 0;
      for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
        shuffle(examples, random);
        double sum = 0;
        int seen = 0;
        for (int b = 0; b < batches; b++) {
          int from = b * settings.batch();
          int to = Math.min(examples.length, from + settings.batch());
          double loss = backward(examples, from, to, random);
          if (!Double.isFinite(loss)) {
            throw new ArithmeticException(
                "the training loss of epoch "
                    + epoch
                    + " is "
                    + loss
                    + ", expected a number: lower the learning rate");
          }
          optimizer.step((float) settings.rate().at((double) done / total));
          done++;
          sum += loss * (to - from);
          seen += to - from;
          step.at(done, String.format(Locale.ROOT, "epoch %d, loss %.4f", epoch, sum / seen));
          if (Thread.interrupted()) {
            throw new CancellationException("training was interrupted in epoch " + epoch);
          }
        }
        listener.epochDone(epoch, sum / seen);
      }
    }
  }

  private double backward(Example[] examples, int from, int to, SplittableRandom random) {
    PictureShape shape = examples[from].part().data().shape();
    int count = to - from;
    float[] input = new float[count * shape.bytes()];
    float[] hot = null;
    for (int i = 0; i < count; i++) {
      Example example = examples[from + i];
      Picture picture = example.part().data().picture(example.index());
      preprocessing.toInput(
          example.part().augmentation().apply(picture, random), input, i * shape.bytes());
      int classes = example.part().data().classNames().size();
      if (hot == null) {
        hot = new float[count * classes];
      }
      hot[i * classes + example.part().data().label(example.index())] = 1;
    }
    NDManager parent = graph.parameters().get(0).master().getManager();
    try (NDManager manager = parent.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray x =
          manager.create(
              input, new Shape(PictureClassifier.inputDims(count, shape, preprocessing)));
      NDArray y = manager.create(hot, new Shape(count, hot.length / count));
      try (GradientTape tape = GradientTape.open()) {
        NDArray logits = graph.logitsInTraining(x);
        NDArray loss = logits.logSoftmax(1).mul(y).sum().neg().div(count);
        tape.backward(loss);
        return loss.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).getFloat();
      }
    }
  }

  private static Example[] examples(List<TrainingPart> parts) {
    return parts.stream()
        .flatMap(
            part ->
                java.util.stream.IntStream.range(0, part.data().size())
                    .mapToObj(i -> new Example(part, i)))
        .toArray(Example[]::new);
  }

  private static void shuffle(Example[] examples, SplittableRandom random) {
    for (int i = examples.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Example held = examples[i];
      examples[i] = examples[j];
      examples[j] = held;
    }
  }
}
