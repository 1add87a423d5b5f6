package dev.plumbline.host.train;

import static dev.plumbline.host.train.TrainingFixture.PREPROCESSING;
import static dev.plumbline.host.train.TrainingFixture.network;
import static dev.plumbline.host.train.TrainingFixture.parts;
import static dev.plumbline.host.train.TrainingFixture.settings;
import static dev.plumbline.host.train.TrainingFixture.trained;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.Parameter;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainerTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
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
                  new TrainingPart(new TrainingFixture.Halves(40, 1), Augmentation.NONE),
                  new TrainingPart(
                      new TrainingFixture.Halves(60, 2), new Augmentation(1, false, 0))),
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

    Dataset data = new TrainingFixture.Halves(10, 3);
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
}
