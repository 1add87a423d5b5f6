package dev.plumbline.host.train;

import static dev.plumbline.host.train.TrainingFixture.PREPROCESSING;
import static dev.plumbline.host.train.TrainingFixture.parts;
import static dev.plumbline.host.train.TrainingFixture.pooled;
import static dev.plumbline.host.train.TrainingFixture.settings;
import static dev.plumbline.host.train.TrainingFixture.trained;
import static dev.plumbline.host.train.TrainingFixture.withoutNormalisation;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.DatasetView;
import dev.plumbline.host.memory.TestBudget;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Classification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher's word in place of labels, and batches that go through in parts. */
class TeachingTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
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
              DistillationLoss.logits(Classification.PLAIN, 10, 0.06)
                  .withMargin(Classification.PLAIN, 2, 0.04))
          .train(parts, settings(1, 0.01, 1), EpochListener.NONE, Progress.SILENT);
      return graph.export();
    }
  }

  /** Pictures that were read without labels. */
  private record WithoutLabels(Dataset data) implements DatasetView {
    @Override
    public int label(int index) {
      throw Dataset.noLabels("the data");
    }

    @Override
    public boolean isLabelled() {
      return false;
    }

    @Override
    public List<String> classNames() {
      return List.of();
    }
  }
}
