package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.FilterPruning.Layer;
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
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterPrunerTest {
  private static final PictureShape SHAPE = new PictureShape(3, 16, 16);
  private static final long[] DIMS = {1, 3, 16, 16};

  /** An architecture whose biases and normalisation are not those of the start. */
  private static OnnxModel used(Architecture architecture) {
    OnnxModel model = architecture.build(SHAPE, 5, 1);
    Random random = new Random(2);
    Map<String, Tensor> values = new HashMap<>();
    model
        .graph()
        .constants()
        .forEach(
            (name, tensor) -> {
              if (tensor.dims().length == 1) {
                float[] drawn = new float[tensor.size()];
                boolean positive = name.endsWith(".scale") || name.endsWith(".variance");
                for (int i = 0; i < drawn.length; i++) {
                  drawn[i] =
                      positive ? 0.5f + random.nextFloat() : (float) random.nextGaussian() / 5;
                }
                values.put(name, Tensor.ofFloats(tensor.dims(), drawn));
              }
            });
    return model.withConstants(values);
  }

  private static OnnxModel others(String resource) throws URISyntaxException {
    return OnnxModel.read(Path.of(FilterPrunerTest.class.getResource(resource).toURI()));
  }

  private static Layer layer(FilterPruning pruning, String name) {
    return pruning.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theSmallerModelIsTheOriginalWithItsFiltersAtZero(Architecture architecture) {
    OnnxModel model = used(architecture);
    FilterPruning pruning = FilterPruner.prune(model, 0.3, DIMS);
    SilencedFilters oracle = new SilencedFilters(model, DIMS);
    oracle.assertEqual(pruning);
    oracle.assertNotOriginal(pruning);
    for (Layer layer : pruning.layers()) {
      assertEquals(Optional.empty(), layer.whole(), layer.name());
      assertEquals(Math.round(0.3 * layer.filters()), layer.removed().size(), layer.name());
    }
    assertTrue(pruning.after().parameters() < pruning.before().parameters());
    assertTrue(pruning.after().bytes() < pruning.before().bytes());
    assertTrue(pruning.after().multiplyAccumulates() < pruning.before().multiplyAccumulates());
    assertEquals(
        Optional.of(new Provenance("pruned filters l1 0.3", model.sha256())),
        Provenance.read(pruning.model()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/exports/lenet5-opset13.onnx",
        "/exports/lenet5-opset17.onnx",
        "/exports/vgg-opset13.onnx",
        "/exports/resnet-opset13.onnx",
        "/exports/resnet-opset17.onnx",
        "/exports/densenet-opset17.onnx",
        "/peers/mobile-old.onnx",
        "/peers/mobile-new.onnx"
      })
  void whatPyTorchExportedBecomesSmallerLikewise(String resource) throws URISyntaxException {
    OnnxModel model = others(resource);
    FilterPruning pruning = FilterPruner.prune(model, 0.5, DIMS);
    SilencedFilters oracle = new SilencedFilters(model, DIMS);
    oracle.assertEqual(pruning);
    oracle.assertNotOriginal(pruning);
  }

  @ParameterizedTest
  @CsvSource({
    "/peers/dense-old.onnx, Sigmoid",
    "/peers/shuffle-old.onnx, Add",
    "/peers/shuffle-new.onnx, Split"
  })
  void aModelAllOfWhoseLayersReachOtherOperatorsIsRefused(String resource, String operator)
      throws URISyntaxException {
    OnnxModel model = others(resource);
    Refusal.says(() -> FilterPruner.prune(model, 0.5, DIMS), resource, operator, "expected");
  }

  /** Three convolutions, the second of which reaches an operator before the third. */
  private static OnnxModel through(String operator, Map<String, Object> attributes) {
    GraphBuilder graph = new GraphBuilder("through");
    Random random = new Random(4);
    String x = graph.input("input", 3, 16, 16);
    int[] channels = {3, 8, 6, 4};
    for (int i = 1; i <= 3; i++) {
      float[] drawn = new float[channels[i] * channels[i - 1]];
      for (int w = 0; w < drawn.length; w++) {
        drawn[w] = (float) random.nextGaussian();
      }
      graph.initializer(
          "w" + i, Tensor.ofFloats(new long[] {channels[i], channels[i - 1], 1, 1}, drawn));
      x = graph.node("Conv", "conv" + i, List.of(x, "w" + i), Map.of());
      x = i == 2 ? graph.node(operator, "special", List.of(x), attributes) : x;
      x = i == 1 ? graph.node("Relu", "relu", List.of(x), Map.of()) : x;
    }
    Map<String, Object> means = Map.of("axes", new long[] {2, 3}, "keepdims", 0);
    graph.output(graph.node("ReduceMean", "logits", List.of(x), means), 4);
    return graph.build();
  }

  @ParameterizedTest
  @CsvSource({"LRN, size, 3", "Softmax, axis, 1", "Sigmoid, ,", "Exp, ,"})
  void aLayerThatReachesAnotherOperatorStaysWholeAndTheReasonNamesIt(
      String operator, String attribute, Integer value) {
    OnnxModel model = through(operator, attribute == null ? Map.of() : Map.of(attribute, value));
    FilterPruning pruning = FilterPruner.prune(model, 0.5, DIMS);
    assertEquals(4, layer(pruning, "conv1").removed().size());
    assertEquals(List.of(), layer(pruning, "conv2").removed());
    String why = layer(pruning, "conv2").whole().orElseThrow();
    assertTrue(why.contains(operator + " special"), why);
    assertTrue(layer(pruning, "conv3").whole().orElseThrow().contains("logits"));
    new SilencedFilters(model, DIMS).assertEqual(pruning);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tanh", "Softsign", "Elu", "GlobalMaxPool", "Identity"})
  void channelsGoThroughOperatorsThatMakeZeroOfZero(String operator) {
    OnnxModel model = through(operator, Map.of());
    FilterPruning pruning = FilterPruner.prune(model, 0.5, DIMS);
    assertEquals(3, layer(pruning, "conv2").removed().size());
    new SilencedFilters(model, DIMS).assertEqual(pruning);
  }

  @Test
  void layersThatAreAddedLoseTheSameChannels() {
    FilterPruning pruning = FilterPruner.prune(used(Architecture.RESNET20), 0.25, DIMS);
    List<Integer> stem = layer(pruning, "stem.conv").removed();
    assertEquals(4, stem.size());
    for (int block = 1; block <= 3; block++) {
      assertEquals(stem, layer(pruning, "stage1.block" + block + ".conv2").removed());
    }
    List<Integer> second = layer(pruning, "stage2.block1.shortcut.conv").removed();
    assertEquals(second, layer(pruning, "stage2.block3.conv2").removed());
  }

  /** Two filters of every three channels are small; the next layer takes pictures of 2 x 2. */
  private static OnnxModel small(float... filters) {
    GraphBuilder graph = new GraphBuilder("small");
    graph.input("input", 1, 2, 2);
    graph.initializer("w", Tensor.ofFloats(new long[] {filters.length, 1, 1, 1}, filters));
    graph.node("Conv", "conv", List.of("input", "w"), Map.of());
    graph.node("Relu", "relu", List.of("conv"), Map.of());
    graph.node("Flatten", "flat", List.of("relu"), Map.of());
    float[] dense = new float[2 * 4 * filters.length];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = i;
    }
    graph.initializer("d", Tensor.ofFloats(new long[] {2, 4L * filters.length}, dense));
    graph.node("Gemm", "logits", List.of("flat", "d"), Map.of("transB", 1));
    graph.output("logits", 2);
    return graph.build();
  }

  @Test
  void theFiltersOfSmallestNormGoWithTheirBlocksOfTheDenseLayer() {
    FilterPruning pruning = FilterPruner.prune(small(-3, 0.5f, 2, -0.25f), 0.5, 1, 1, 2, 2);
    assertEquals(List.of(1, 3), layer(pruning, "conv").removed());
    Map<String, Tensor> constants = pruning.model().graph().constants();
    assertArrayEquals(new float[] {-3, 2}, constants.get("w").floats());
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27},
        constants.get("d").floats());
    // 4 filters of 1 weight and 2 x 16 weights; 4 x 4 + 32 products; half of each stays.
    assertEquals(36, pruning.before().parameters());
    assertEquals(18, pruning.after().parameters());
    assertEquals(48, pruning.before().multiplyAccumulates());
    assertEquals(24, pruning.after().multiplyAccumulates());
  }

  @Test
  void oneFilterOfALayerStaysAtAnyRate() {
    FilterPruning pruning = FilterPruner.prune(small(1, 2, 3), 0.99, 1, 1, 2, 2);
    assertEquals(List.of(0, 1), layer(pruning, "conv").removed());
  }

  @Test
  void ofEqualNormsTheEarlierGoes() {
    FilterPruning pruning = FilterPruner.prune(small(1, -1, 1, 1), 0.5, 1, 1, 2, 2);
    assertEquals(List.of(0, 1), layer(pruning, "conv").removed());
  }

  @Test
  void nothingGoesAtRateZero() {
    OnnxModel model = small(1, 2, 3);
    FilterPruning pruning = FilterPruner.prune(model, 0, 1, 1, 2, 2);
    assertEquals(0, pruning.removed());
    assertEquals(model.graph().constants().keySet(), pruning.model().graph().constants().keySet());
  }

  @Test
  void theSmallerModelCanBeFineTunedAndPrunedAgain() {
    FilterPruning once = FilterPruner.prune(Architecture.RESNET8.build(SHAPE, 2, 1), 0.5, DIMS);
    NoisePictures data = new NoisePictures(SHAPE, 32);
    OnnxModel tuned =
        Pruner.fineTune(
            once.model(),
            once.model(),
            data.preprocessing(),
            List.of(new TrainingPart(data, Augmentation.NONE)),
            new TrainingSettings(1, 16, LearningRate.constant(0.01), 0.9, 1e-4, 1),
            Accelerator.CPU,
            EpochListener.NONE,
            Progress.SILENT);
    FilterPruning twice = FilterPruner.prune(tuned, 0.5, DIMS);
    new SilencedFilters(tuned, DIMS).assertEqual(twice);
    assertEquals(
        4, layer(twice, "stem.conv").filters() - layer(twice, "stem.conv").removed().size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 30, Double.NaN})
  void aRateOutsideZeroToBelowOneIsRefused(double rate) {
    Refusal.says(
        () -> FilterPruner.prune(small(1, 2), rate, 1, 1, 2, 2), "" + rate, "0 to below 1");
  }

  @Test
  void aModelWhoseConvolutionsMakeItsLogitsIsRefused() {
    GraphBuilder graph = new GraphBuilder("last");
    graph.input("input", 1, 2, 2);
    graph.initializer("w", Tensor.ofFloats(new long[] {3, 1, 1, 1}, 1, 2, 3));
    graph.node("Conv", "conv", List.of("input", "w"), Map.of());
    graph.node(
        "ReduceMean", "logits", List.of("conv"), Map.of("axes", new long[] {2, 3}, "keepdims", 0));
    graph.output("logits", 3);
    OnnxModel model = graph.build();
    Refusal.says(() -> FilterPruner.prune(model, 0.5, 1, 1, 2, 2), "last", "conv", "output logits");
  }
}
