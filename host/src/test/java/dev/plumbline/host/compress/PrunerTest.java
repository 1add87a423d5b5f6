package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.Architecture;
import dev.plumbline.host.train.Augmentation;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.LearningRate;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrunerTest {
  private static final PictureShape SHAPE = new PictureShape(1, 16, 16);

  private static OnnxModel twoConvolutions() {
    GraphBuilder graph = new GraphBuilder("two");
    graph.input("input", 1, 2, 2);
    graph.initializer("first", Tensor.ofFloats(new long[] {2, 1, 1, 1}, -3, 0.5f));
    graph.initializer("second", Tensor.ofFloats(new long[] {1, 2, 1, 1}, 0.5f, 1));
    graph.node("Conv", "a", List.of("input", "first"), Map.of());
    graph.node("Conv", "b", List.of("a", "second"), Map.of());
    graph.node("Flatten", "logits", List.of("b"), Map.of());
    graph.output("logits", 4);
    return graph.build();
  }

  private static float[] weights(OnnxModel model, String name) {
    return model.graph().constants().get(name).floats();
  }

  @Test
  void theSmallestWeightsOfAllConvolutionsTogetherGo() {
    OnnxModel pruned = Pruner.prune(twoConvolutions(), 0.5);
    assertArrayEquals(new float[] {-3, 0}, weights(pruned, "first"));
    assertArrayEquals(new float[] {0, 1}, weights(pruned, "second"));
  }

  @Test
  void whatIsWorthMostIsKeptWhereverItIs() {
    OnnxModel pruned =
        Pruner.keepWorthiest(
            twoConvolutions(),
            Map.of("first", new float[] {0.1f, 7}, "second", new float[] {9, 7}),
            2);
    assertArrayEquals(new float[] {0, 0}, weights(pruned, "first"));
    assertArrayEquals(new float[] {0.5f, 1}, weights(pruned, "second"));
    assertEquals(2, Pruner.kept(pruned));
    assertEquals(
        Map.of("first", new Pruner.Kept(0, 2), "second", new Pruner.Kept(2, 2)),
        Pruner.keptByWeight(pruned));
  }

  @Test
  void weightsOfConstantNodesGoAsWell() {
    GraphBuilder graph = new GraphBuilder("constant");
    graph.input("input", 1, 2, 2);
    graph.node(
        "Constant",
        "w",
        List.of(),
        Map.of("value", Tensor.ofFloats(new long[] {2, 1, 1, 1}, -3, 0.5f)));
    graph.node("Conv", "a", List.of("input", "w"), Map.of());
    graph.node("Flatten", "logits", List.of("a"), Map.of());
    graph.output("logits", 8);
    OnnxModel pruned = Pruner.prune(graph.build(), 0.5);
    assertArrayEquals(new float[] {-3, 0}, weights(pruned, "w"));
    assertEquals("Constant", pruned.proto().getGraph().getNode(0).getOpType());
  }

  @Test
  void ofEqualMagnitudesTheEarlierGoes() {
    OnnxModel pruned = Pruner.prune(twoConvolutions(), 0.25);
    assertArrayEquals(new float[] {-3, 0}, weights(pruned, "first"));
    assertArrayEquals(new float[] {0.5f, 1}, weights(pruned, "second"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.75, 0.99, 1})
  void theRateIsExact(double rate) {
    OnnxModel model = Architecture.RESNET8.build(SHAPE, 10, 1);
    OnnxModel pruned = Pruner.prune(model, rate);
    // Resnet8 for grey pictures: 9 x (16 + 2 x 256 + 512 + 1024 + 2048 + 4096 ...) weights; the
    // count is rounded to a whole weight of at least 70,000.
    assertEquals(rate, Pruner.sparsity(pruned), 1.0 / 70_000);
    assertEquals(
        Optional.of(new Provenance("pruned l1 " + rate, model.sha256())), Provenance.read(pruned));
  }

  @Test
  void whatIsZeroStaysZeroInTrainingAndTheRestMoves() {
    OnnxModel pruned = Pruner.prune(Architecture.RESNET8.build(SHAPE, 2, 1), 0.75);
    NoisePictures data = new NoisePictures(SHAPE, 32);
    OnnxModel trained =
        Pruner.fineTune(
            pruned,
            pruned,
            data.preprocessing(),
            List.of(new TrainingPart(data, Augmentation.NONE)),
            new TrainingSettings(2, 16, LearningRate.constant(0.01), 0.9, 1e-4, 1),
            Accelerator.CPU,
            EpochListener.NONE,
            Progress.SILENT);
    assertEquals(Pruner.sparsity(pruned), Pruner.sparsity(trained));
    assertFalse(pruned.sha256().equals(trained.sha256()));
    assertEquals(Provenance.read(pruned), Provenance.read(trained));
  }

  @Test
  void aPrunedModelStaysSparseWhenItIsQuantized() {
    OnnxModel pruned = Pruner.prune(Architecture.LENET5.build(SHAPE, 10, 1), 0.75);
    NoisePictures data = new NoisePictures(SHAPE, 4);
    OnnxModel both =
        new Quantizer(Accelerator.CPU)
            .quantize(
                pruned, data.preprocessing(), data, QuantizationSettings.minMax(), Progress.SILENT);
    assertTrue(Pruner.sparsity(both) >= Pruner.sparsity(pruned));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, 75, Double.NaN})
  void aRateOutsideZeroToOneIsRefused(double rate) {
    Refusal.says(() -> Pruner.prune(twoConvolutions(), rate), "" + rate, "expected 0 to 1");
  }

  @Test
  void aModelWithoutConvolutionsIsRefused() {
    GraphBuilder graph = new GraphBuilder("dense");
    graph.input("input", 4);
    graph.initializer("w", Tensor.ofFloats(new long[] {4, 2}, 1, 2, 3, 4, 5, 6, 7, 8));
    graph.node("MatMul", "logits", List.of("input", "w"), Map.of());
    graph.output("logits", 2);
    OnnxModel model = graph.build();
    Refusal.says(() -> Pruner.prune(model, 0.5), "dense", "convolution");
  }
}
