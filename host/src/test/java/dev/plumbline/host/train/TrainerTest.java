package dev.plumbline.host.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.memory.TestBudget;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final PictureShape SHAPE = new PictureShape(1, 8, 8);
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0.5f), List.of(0.25f), Preprocessing.Layout.NCHW, Preprocessing.ChannelOrder.RGB);

  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  /** Pictures with a bright left (label 0) or right half (label 1), under noise. */
  private record Halves(int size, int seed) implements Dataset {
    @Override
    public PictureShape shape() {
      return SHAPE;
    }

    @Override
    public Picture picture(int index) {
      byte[] pixels = new byte[64];
      Random random = new Random(seed * 1000L + index);
      for (int i = 0; i < 64; i++) {
        boolean bright = i % 8 < 4 == (label(index) == 0);
        pixels[i] = (byte) (random.nextInt(100) + (bright ? 100 : 0));
      }
      return new Picture(SHAPE, pixels);
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public String name(int index) {
      return Integer.toString(index);
    }

    @Override
    public List<String> classNames() {
      return List.of("left", "right");
    }
  }

  private static OnnxModel network(int classes) {
    LayerBuilder net = new LayerBuilder("tiny", SHAPE, Layout.NCHW, classes, 1);
    LayerBuilder.Maps x = net.conv("conv", net.input(), 4, 3, 2);
    x = net.relu("relu", net.batchNorm("norm", x));
    return net.finish(net.flattened("flatten", x));
  }

  private static TrainingSettings settings(int epochs, double rate, long seed) {
    return new TrainingSettings(epochs, 16, LearningRate.constant(rate), 0.9, 5e-4, seed);
  }

  private static List<TrainingPart> parts(int size) {
    return List.of(new TrainingPart(new Halves(size, 1), Augmentation.NONE));
  }

  private static OnnxModel trained(OnnxModel model, WeightMasks masks, TrainingSettings settings) {
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device())) {
      new Trainer(graph, PREPROCESSING, masks)
          .train(parts(100), settings, EpochListener.NONE, Progress.SILENT);
      return graph.export();
    }
  }

  /**
   * By hand, gradient 0.5 throughout, rate 0.1, momentum 0.9, decay 0.1. A weight from 1: v = 0.6,
   * p = 0.94; v = 0.54 + 0.5 + 0.094 = 1.134, p = 0.8266. A bias from 1, without decay: v = 0.5, p
   * = 0.95; v = 0.95, p = 0.855.
   */
  @Test
  void twoStepsGoWhereTheFormulaOfPyTorchGoes() {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray weight = TestDevice.place(manager.create(new float[] {1f, 1f}));
      NDArray bias = TestDevice.place(manager.create(new float[] {1f}));
      weight.setRequiresGradient(true);
      bias.setRequiresGradient(true);
      List<Parameter> parameters =
          List.of(
              new Parameter("weight", weight, (t, g) -> t, true),
              new Parameter("bias", bias, (t, g) -> t, false));
      try (MomentumSgd sgd = new MomentumSgd(parameters, WeightMasks.none(), 0.9, 0.1)) {
        for (int step = 0; step < 2; step++) {
          try (GradientTape tape = GradientTape.open()) {
            tape.backward(weight.sum().add(bias.sum()).mul(0.5f));
          }
          sgd.step(0.1);
        }
      }
      // A few roundings of float32.
      assertArrayEquals(new float[] {0.8266f, 0.8266f}, weight.toFloatArray(), 1e-6f);
      assertArrayEquals(new float[] {0.855f}, bias.toFloatArray(), 1e-6f);
    }
  }

  @Test
  void theLossOfASeparableProblemFalls() {
    List<Double> losses = new ArrayList<>();
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      new Trainer(graph, PREPROCESSING, WeightMasks.none())
          .train(parts(101), settings(8, 0.02, 1), (e, loss) -> losses.add(loss), Progress.SILENT);
    }
    assertEquals(8, losses.size());
    assertTrue(losses.get(7) < 0.05 && losses.get(7) < losses.get(0) / 3, losses.toString());
  }

  @Test
  void partsAreMixedAndEachIsSeenOnce() {
    // Labels of one part alone would leave the other class unlearned.
    List<Double> losses = new ArrayList<>();
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      new Trainer(graph, PREPROCESSING, WeightMasks.none())
          .train(
              List.of(
                  new TrainingPart(new Halves(40, 1), Augmentation.NONE),
                  new TrainingPart(new Halves(60, 2), new Augmentation(1, false))),
              settings(8, 0.02, 1),
              (e, loss) -> losses.add(loss),
              Progress.SILENT);
    }
    assertTrue(losses.get(7) < 0.1, losses.toString());
    MixedData data = new MixedData(parts(33), PREPROCESSING, 16);
    data.shuffle(new java.util.SplittableRandom(1));
    int seen = 0;
    for (int b = 0; b < data.batches(); b++) {
      int size = data.batch(b, new java.util.SplittableRandom(1)).labels().length;
      assertTrue(size >= 2 && size <= 16, "batch of " + size);
      seen += size;
    }
    assertEquals(33, seen);
  }

  @Test
  void weightsThatWereZeroStayZeroAndOthersMove() {
    OnnxModel dense = network(2);
    float[] weights = dense.graph().constants().get("conv.weight").floats();
    for (int i = 0; i < weights.length; i += 2) {
      weights[i] = 0;
    }
    OnnxModel pruned =
        dense.withConstants(
            Map.of("conv.weight", Tensor.ofFloats(new long[] {4, 1, 3, 3}, weights)));
    OnnxModel result = trained(pruned, WeightMasks.ofZeros(pruned), settings(3, 0.05, 1));
    float[] after = result.graph().constants().get("conv.weight").floats();
    for (int i = 0; i < after.length; i++) {
      assertTrue(Float.isFinite(after[i]), "weight " + i);
      assertTrue(i % 2 == 0 ? after[i] == 0 : after[i] != weights[i], "weight " + i);
    }
    OnnxModel free = trained(pruned, WeightMasks.none(), settings(3, 0.05, 1));
    assertNotEquals(0f, free.graph().constants().get("conv.weight").floats()[0]);
  }

  @Test
  void theRandomSeedDecidesTheTrainedWeights() {
    OnnxModel model = network(2);
    String first = trained(model, WeightMasks.none(), settings(2, 0.05, 7)).sha256();
    assertEquals(first, trained(model, WeightMasks.none(), settings(2, 0.05, 7)).sha256());
    assertNotEquals(first, trained(model, WeightMasks.none(), settings(2, 0.05, 8)).sha256());
  }

  /** PyTorch: running = 0.9 running + 0.1 batch, with the unbiased variance. */
  @Test
  void normalisationFollowsTheBatchAsInPyTorch() {
    GraphBuilder builder = new GraphBuilder("norm");
    builder.input("input", 1, 8, 8);
    builder.initializer("scale", Tensor.ofFloats(new long[] {1}, 1f));
    builder.initializer("offset", Tensor.ofFloats(new long[] {1}, 0f));
    builder.initializer("mean", Tensor.ofFloats(new long[] {1}, 0.5f));
    builder.initializer("variance", Tensor.ofFloats(new long[] {1}, 2f));
    builder.node(
        "BatchNormalization",
        "norm",
        List.of("input", "scale", "offset", "mean", "variance"),
        Map.of());
    builder.node("Flatten", "flat", List.of("norm"), Map.of());
    builder.initializer("weight", Tensor.ofFloats(new long[] {2, 64}, new float[128]));
    builder.node("Gemm", "logits", List.of("flat", "weight"), Map.of("transB", 1));
    builder.output("logits", 2);

    Dataset data = new Halves(10, 3);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 10; i++) {
      float[] x = new float[64];
      PREPROCESSING.toInput(data.picture(i), x, 0);
      for (float v : x) {
        sum += v;
        squares += (double) v * v;
      }
    }
    double mean = sum / 640;
    double unbiased = (squares - 640 * mean * mean) / 639;
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(builder.build(), TestDevice.device())) {
      new Trainer(graph, PREPROCESSING, WeightMasks.none())
          .train(
              List.of(new TrainingPart(data, Augmentation.NONE)),
              settings(1, 0, 1),
              EpochListener.NONE,
              Progress.SILENT);
      Map<String, Tensor> constants = graph.export().graph().constants();
      // Sums of 640 numbers in float32.
      assertEquals(0.45 + 0.1 * mean, constants.get("mean").floats()[0], 1e-5);
      assertEquals(1.8 + 0.1 * unbiased, constants.get("variance").floats()[0], 1e-5);
    }
  }

  @Test
  void aLossThatIsNoNumberIsAnErrorAndLeavesNoGradients() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      Trainer trainer = new Trainer(graph, PREPROCESSING, WeightMasks.none());
      BadInputException error =
          assertThrows(
              BadInputException.class,
              () ->
                  trainer.train(
                      parts(100), settings(5, 1e30, 1), EpochListener.NONE, Progress.SILENT));
      assertTrue(error.getMessage().contains("learning rate"), error.getMessage());
      for (Parameter parameter : graph.parameters()) {
        try (NDArray gradient = parameter.master().getGradient()) {
          for (float g : gradient.toFloatArray()) {
            assertEquals(0f, g, parameter.name());
          }
        }
      }
    }
  }

  /** The root of a number below 0, whatever the weights are. */
  @Test
  void aModelThatGivesNoNumberIsNotTakenForALearningRateThatIsTooHigh() {
    OnnxModel sound = network(2);
    ModelProto.Builder model = sound.proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    String logits = sound.graph().output().name();
    for (String[] node : new String[][] {{"Abs", logits, "abs"}, {"Neg", "abs", "neg"}}) {
      graph.addNode(NodeProto.newBuilder().setOpType(node[0]).addInput(node[1]).addOutput(node[2]));
    }
    graph.addNode(NodeProto.newBuilder().setOpType("Sqrt").addInput("neg").addOutput("root"));
    graph.getOutputBuilder(0).setName("root");
    Refusal.says(
        () ->
            trained(
                OnnxModel.of("rootless", model.build()), WeightMasks.none(), settings(1, 1e-3, 1)),
        "model rootless gives not a number for class 0",
        "expected a finite number");
  }

  @Test
  void twoHundredStepsLeaveNoArraysBehind() {
    List<Integer> managed = new ArrayList<>();
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      NDManager manager = graph.parameters().get(0).master().getManager();
      int before = manager.getManagedArrays().size();
      int system = manager.getParentManager().getManagedArrays().size();
      new Trainer(graph, PREPROCESSING, WeightMasks.none())
          .train(
              parts(160),
              settings(20, 0.01, 1),
              (epoch, loss) -> managed.add(manager.getManagedArrays().size()),
              Progress.SILENT);
      assertEquals(20, managed.size());
      assertEquals(managed.get(0), managed.get(19), managed.toString());
      assertEquals(before, manager.getManagedArrays().size());
      assertEquals(system, manager.getParentManager().getManagedArrays().size());
    }
  }

  @Test
  void anInterruptedThreadStopsTrainingAndStaysInterrupted() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      Trainer trainer = new Trainer(graph, PREPROCESSING, WeightMasks.none());
      List<Integer> epochs = new ArrayList<>();
      assertThrows(
          CancellationException.class,
          () ->
              trainer.train(
                  parts(32),
                  settings(9, 0.01, 1),
                  (epoch, loss) -> {
                    epochs.add(epoch);
                    Thread.currentThread().interrupt();
                  },
                  Progress.SILENT));
      assertTrue(Thread.interrupted());
      assertEquals(List.of(1), epochs);
      // The tape was closed on the way out.
      trainer.train(parts(32), settings(1, 0.01, 1), EpochListener.NONE, Progress.SILENT);
    }
  }

  /** There gradients are recorded from the start, and parameters refuse to change in place. */
  @Test
  void trainingWorksOnAThreadThatDidNotLoadTheEngine() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread = new Thread(() -> trained(network(2), WeightMasks.none(), settings(1, 0.01, 1)));
    thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
    thread.start();
    thread.join();
    assertEquals(null, failure.get());
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      Trainer trainer = new Trainer(graph, PREPROCESSING, WeightMasks.none());
      TrainingSettings settings = settings(1, 0.01, 1);
      refused(trainer, parts(1), settings, "1 pictures");
      refused(trainer, List.of(), settings, "0 pictures");
      Preprocessing colour =
          new Preprocessing(
              List.of(0f, 0f, 0f),
              List.of(1f, 1f, 1f),
              Preprocessing.Layout.NCHW,
              Preprocessing.ChannelOrder.RGB);
      refused(
          new Trainer(graph, colour, WeightMasks.none()),
          parts(8),
          settings,
          "expected 3 channels");
    }
    OnnxModel one = network(2);
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(one, TestDevice.device())) {
      Dataset wrong = new Mislabelled(new Halves(8, 1));
      refused(
          new Trainer(graph, PREPROCESSING, WeightMasks.none()),
          List.of(new TrainingPart(wrong, Augmentation.NONE)),
          settings(1, 0.01, 1),
          "label 2");
    }
  }

  private static void refused(
      Trainer trainer, List<TrainingPart> parts, TrainingSettings settings, String part) {
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> trainer.train(parts, settings, EpochListener.NONE, Progress.SILENT));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  /** Labels that the model does not tell apart. */
  private record Mislabelled(Dataset data) implements Dataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public PictureShape shape() {
      return data.shape();
    }

    @Override
    public Picture picture(int index) {
      return data.picture(index);
    }

    @Override
    public int label(int index) {
      return 2;
    }

    @Override
    public String name(int index) {
      return data.name(index);
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }
  }

  /** Pictures that were read without labels. */
  private record WithoutLabels(Dataset data) implements Dataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public PictureShape shape() {
      return data.shape();
    }

    @Override
    public Picture picture(int index) {
      return data.picture(index);
    }

    @Override
    public int label(int index) {
      throw Dataset.noLabels("the data");
    }

    @Override
    public boolean isLabelled() {
      return false;
    }

    @Override
    public String name(int index) {
      return data.name(index);
    }

    @Override
    public List<String> classNames() {
      return List.of();
    }
  }

  @Test
  void aTeacherTeachesOnPicturesWithoutLabelsTheSame() {
    OnnxModel teacher = withoutNormalisation(1);
    OnnxModel student = withoutNormalisation(2);
    List<TrainingPart> unlabelled =
        parts(100).stream()
            .map(part -> new TrainingPart(new WithoutLabels(part.data()), part.augmentation()))
            .toList();
    assertEquals(
        distilled(student, teacher).sha256(), distilled(student, teacher, unlabelled).sha256());
  }

  /**
   * A batch of 16 goes through in parts where 100 KiB are left: the loss looks at the whole batch,
   * so that the weights are those of a step at once, but for sums in another order.
   */
  @Test
  void aBatchInPartsTrainsAsAWholeOneDoes(@TempDir Path folder) throws IOException {
    OnnxModel teacher = withoutNormalisation(1);
    OnnxModel student = withoutNormalisation(2);
    OnnxModel whole = distilled(student, teacher);
    AtomicReference<OnnxModel> inParts = new AtomicReference<>();
    TestBudget.leaving(folder, 100, () -> inParts.set(distilled(student, teacher)));
    int compared = 0;
    for (String name : List.of("conv.weight", "conv.bias")) {
      float[] expected = whole.graph().constant(name).orElseThrow().floats();
      float[] before = student.graph().constant(name).orElseThrow().floats();
      assertFalse(Arrays.equals(before, expected), name + " was not trained");
      // Sums of some hundred products in float32, in another order, over seven steps.
      assertArrayEquals(
          expected, inParts.get().graph().constant(name).orElseThrow().floats(), 1e-5f, name);
      compared++;
    }
    assertEquals(2, compared);
  }

  /** The batch is bound where a Reshape says it; the same weights as of the model without. */
  @Test
  void aModelThatTakesThreePicturesAtOnceTrainsAsOneThatTakesAnyNumber() {
    OnnxModel free = withoutNormalisation(1);
    OnnxModel bound = reshapedForThree(1);
    assertEquals(3, bound.batch());
    OnnxModel expected = trained(free, WeightMasks.none(), settings(1, 0.05, 1));
    OnnxModel actual = trained(bound, WeightMasks.none(), settings(1, 0.05, 1));
    float[] weights = expected.graph().constant("conv.weight").orElseThrow().floats();
    float[] before = free.graph().constant("conv.weight").orElseThrow().floats();
    assertFalse(Arrays.equals(before, weights), "nothing was trained");
    // Sums of some hundred products in float32, in another order, over seven steps.
    assertArrayEquals(
        weights, actual.graph().constant("conv.weight").orElseThrow().floats(), 1e-5f);
  }

  private static OnnxModel reshapedForThree(int seed) {
    GraphBuilder graph = new GraphBuilder("three");
    String pooled = pooled(graph, seed);
    graph.initializer("shape", Tensor.ofLongs(new long[] {2}, 3, 4));
    graph.output(graph.node("Reshape", "logits", List.of(pooled, "shape"), Map.of()), 4);
    return graph.build();
  }

  private static OnnxModel withoutNormalisation(int seed) {
    GraphBuilder graph = new GraphBuilder("plain");
    graph.output(graph.node("Flatten", "logits", List.of(pooled(graph, seed)), Map.of()), 4);
    return graph.build();
  }

  private static String pooled(GraphBuilder graph, int seed) {
    Random random = new Random(seed);
    float[] weights = new float[4 * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() / 3;
    }
    graph.initializer("conv.weight", Tensor.ofFloats(new long[] {4, 1, 3, 3}, weights));
    graph.initializer("conv.bias", Tensor.ofFloats(new long[] {4}, new float[4]));
    String x =
        graph.node(
            "Conv",
            "maps",
            List.of(graph.input("input", 1, 8, 8), "conv.weight", "conv.bias"),
            Map.of());
    return graph.node(
        "GlobalAveragePool",
        "pooled",
        List.of(graph.node("Relu", "relu", List.of(x), Map.of())),
        Map.of());
  }

  private static OnnxModel distilled(OnnxModel model, OnnxModel by) {
    return distilled(model, by, parts(100));
  }

  private static OnnxModel distilled(OnnxModel model, OnnxModel by, List<TrainingPart> parts) {
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(model, TestDevice.device());
        DifferentiableGraph teacher = DifferentiableGraph.frozen(by, TestDevice.device())) {
      Trainer.distilling(
              graph,
              PREPROCESSING,
              WeightMasks.none(),
              teacher,
              DistillationLoss.logits(10, 0.06).withMargin(2, 0.04))
          .train(parts, settings(1, 0.01, 1), EpochListener.NONE, Progress.SILENT);
      return graph.export();
    }
  }
}
