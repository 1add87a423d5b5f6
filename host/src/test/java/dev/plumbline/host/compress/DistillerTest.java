package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.Distiller.Softness;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.DatasetView;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Argmax;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillerTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);
  private static final NoisePictures DATA = new NoisePictures(SHAPE, 32);

  /** Label 1 where the mean of the pixels is above a half. */
  private static OnnxModel bright(Layout layout) {
    GraphBuilder graph = new GraphBuilder("bright");
    String input =
        layout == Layout.NCHW ? graph.input("input", 1, 16, 16) : graph.input("input", 16, 16, 1);
    String flat = graph.node("Flatten", "flat", List.of(input), Map.of());
    float[] weights = new float[512];
    for (int i = 0; i < 256; i++) {
      weights[2 * i] = -20 / 256f;
      weights[2 * i + 1] = 20 / 256f;
    }
    graph.initializer("w", Tensor.ofFloats(new long[] {256, 2}, weights));
    graph.initializer("b", Tensor.ofFloats(new long[] {2}, 10, -10));
    graph.output(graph.node("Gemm", "logits", List.of(flat, "w", "b"), Map.of()), 2);
    return graph.build();
  }

  /** The same pictures; every label is 0. */
  private record Mislabelled(Dataset data) implements DatasetView {
    @Override
    public int label(int index) {
      return 0;
    }
  }

  private static List<TrainingPart> parts(Dataset data) {
    return List.of(new TrainingPart(data, Augmentation.NONE));
  }

  private static TrainingSettings settings(int epochs, double rate) {
    return new TrainingSettings(epochs, 16, LearningRate.constant(rate), 0.9, 0, 1);
  }

  private static float[][] logits(OnnxModel model, Preprocessing preprocessing) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, preprocessing, RuntimeProvider.cpu())) {
      return classifier.logits(DATA, (done, note) -> {});
    }
  }

  /** -sum p log q, of softmaxes at a temperature, in double. */
  private static double crossEntropy(double[] shares, float[] logits, double temperature) {
    double[] q = softmax(logits, temperature);
    return -IntStream.range(0, q.length).mapToDouble(i -> shares[i] * Math.log(q[i])).sum();
  }

  private static double[] softmax(float[] logits, double temperature) {
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] / temperature);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "4, 0", "4, 0.1", "2.5, 0.75", "3, 1"})
  void theLossIsThatOfHinton(double temperature, double hardShare) {
    OnnxModel teacher = bright(Layout.NCHW);
    // Without normalisation, a model computes the same in training.
    OnnxModel student = Architecture.LENET5.build(SHAPE, 2, 7);
    List<Double> losses = new ArrayList<>();
    // The learning rate is 0: the loss is that of the student as it came.
    new Distiller(teacher, DATA.preprocessing(), Accelerator.CPU)
        .train(
            student,
            parts(DATA),
            new Softness(temperature, hardShare),
            settings(1, 0),
            (epoch, loss) -> losses.add(loss),
            Progress.SILENT);
    float[][] taught = logits(teacher, DATA.preprocessing());
    float[][] said = logits(student, DATA.preprocessing());
    double expected = 0;
    for (int i = 0; i < DATA.size(); i++) {
      double[] label = new double[2];
      label[DATA.label(i)] = 1;
      double soft = crossEntropy(softmax(taught[i], temperature), said[i], temperature);
      expected +=
          ((1 - hardShare) * temperature * temperature * soft
                  + hardShare * crossEntropy(label, said[i], 1))
              / DATA.size();
    }
    assertTrue(expected > 0.1, "a loss of nothing: " + expected);
    // Float32 against double.
    assertEquals(expected, losses.get(0), 1e-4 * expected);
  }

  @ParameterizedTest
  @CsvSource({"NCHW", "NHWC"})
  void aStudentOfAnotherArchitectureLearnsWhatTheTeacherSaysAndNotTheLabels(Layout layout) {
    OnnxModel teacher = bright(layout);
    Preprocessing preprocessing =
        new Preprocessing(List.of(0f), List.of(1f), layout, ChannelOrder.RGB);
    OnnxModel student = Architecture.RESNET8.build(SHAPE, layout, 2, 1);
    OnnxModel learned =
        new Distiller(teacher, preprocessing, Accelerator.CPU)
            .train(
                student,
                parts(new Mislabelled(DATA)),
                new Softness(4, 0),
                settings(12, 0.02),
                EpochListener.NONE,
                Progress.SILENT);
    int[] said = Argmax.labels(logits(teacher, preprocessing));
    assertTrue(Argmax.agreement(said, Argmax.labels(logits(student, preprocessing))) < 1);
    assertEquals(1, Argmax.agreement(said, Argmax.labels(logits(learned, preprocessing))));
    assertEquals(
        new Provenance("distilled temperature 4.0 hard share 0.0", teacher.sha256()),
        Provenance.read(learned).orElseThrow());
  }

  @Test
  void aStudentOfOtherClassesIsRefused() {
    Refusal.says(
        () -> train(Architecture.LENET5.build(SHAPE, 3, 1), new Softness(4, 0)),
        "2 classes",
        "3",
        "expected the same");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, temperature", "-1, 0, temperature", "4, 1.5, share", "4, -0.1, share"})
  void numbersOutOfRangeAreRefused(double temperature, double share, String what) {
    Refusal.says(
        () -> train(Architecture.LENET5.build(SHAPE, 2, 1), new Softness(temperature, share)),
        what,
        "expected");
  }

  @Test
  void theTeachersClassesAreFoundByRunningIt() {
    assertEquals(
        2,
        new Distiller(bright(Layout.NCHW), DATA.preprocessing(), Accelerator.CPU).classes(SHAPE));
  }

  private static OnnxModel train(OnnxModel student, Softness softness) {
    return new Distiller(bright(Layout.NCHW), DATA.preprocessing(), Accelerator.CPU)
        .train(
            student, parts(DATA), softness, settings(1, 0.01), EpochListener.NONE, Progress.SILENT);
  }
}
