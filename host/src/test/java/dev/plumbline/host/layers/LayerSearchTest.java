package dev.plumbline.host.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Argmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which layer is broken is known, as the test broke it. */
class LayerSearchTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final Preprocessing PLAIN =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);

  /** Three matrix products with a Relu after the first two. */
  private static OnnxModel model(Map<String, Double> noise) {
    Random random = new Random(4);
    GraphBuilder graph = new GraphBuilder("three");
    String value = graph.node("Flatten", "flat", List.of(graph.input("x", 1, 4, 4)), Map.of());
    int from = 16;
    for (String layer : List.of("one", "two", "three")) {
      int to = layer.equals("three") ? 3 : 12;
      float[] weights = new float[from * to];
      Random off = new Random(layer.hashCode());
      for (int i = 0; i < weights.length; i++) {
        weights[i] =
            (float) (random.nextGaussian() + noise.getOrDefault(layer, 0.0) * off.nextGaussian());
      }
      graph.initializer(layer + "_w", Tensor.ofFloats(new long[] {from, to}, weights));
      value = graph.node("MatMul", layer, List.of(value, layer + "_w"), Map.of());
      if (!layer.equals("three")) {
        value = graph.node("Relu", layer + "_active", List.of(value), Map.of());
      }
      from = to;
    }
    graph.output(value, 3);
    return graph.build();
  }

  private static List<Picture> pictures() {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      new Random(i).nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  private static int[] labels(OnnxModel model) {
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PLAIN, RuntimeProvider.cpu())) {
      return Argmax.labels(classifier.logits(pictures()));
    }
  }

  private static int disagreements(OnnxModel a, OnnxModel b) {
    int[] first = labels(a);
    int[] second = labels(b);
    int differing = 0;
    for (int i = 0; i < first.length; i++) {
      differing += first[i] == second[i] ? 0 : 1;
    }
    return differing;
  }

  private static LayerSearch search(OnnxModel original, OnnxModel compressed) {
    return new LayerSearch(
        CompressedLayers.of(compressed, original),
        PLAIN,
        pictures(),
        Argmax.known(labels(original)),
        Accelerator.CPU.torchDevice(),
        Progress.SILENT);
  }

  @Test
  void theBrokenLayerRestoresEveryDeviation() {
    OnnxModel original = model(Map.of());
    OnnxModel compressed = model(Map.of("two", 0.5));
    LayerSearch search = search(original, compressed);
    Attribution attribution = search.attribution();
    int deviations = disagreements(original, compressed);
    assertTrue(deviations > 5, "only " + deviations + " deviations");
    assertEquals(deviations, attribution.deviations());
    assertEquals("two", attribution.effects().get(0).layer());
    assertEquals(deviations, attribution.effects().get(0).restored());
    attribution.restoring().values().forEach(set -> assertEquals(Set.of("two"), set));
    assertEquals(List.of("two"), search.suggestion(Long.MAX_VALUE).layers());
  }

  @Test
  void twoBrokenLayersAreNamedTogetherWhereNeitherIsEnough() {
    OnnxModel original = model(Map.of());
    OnnxModel compressed = model(Map.of("one", 0.7, "three", 0.7));
    LayerSearch search = search(original, compressed);
    Attribution attribution = search.attribution();
    assertTrue(
        attribution.restoring().containsValue(Set.of("one", "three")),
        () -> "of " + attribution.restoring());
    Suggestion suggestion = search.suggestion(Long.MAX_VALUE);
    assertEquals(Set.of("one", "three"), Set.copyOf(suggestion.layers()));
    assertEquals(attribution.deviations(), suggestion.restored());
    assertEquals(0, disagreements(original, suggestion.model()));
    Confirmation confirmation =
        Confirmation.of(
            compressed,
            suggestion.model(),
            PLAIN,
            pictures(),
            Argmax.known(labels(original)),
            RuntimeProvider.cpu());
    assertEquals(
        new Confirmation(disagreements(original, compressed), attribution.deviations(), 0),
        confirmation);
  }

  @Test
  void nothingIsSuggestedThatDoesNotFit() {
    OnnxModel original = model(Map.of());
    OnnxModel compressed = model(Map.of("two", 0.5));
    Suggestion suggestion = search(original, compressed).suggestion(0);
    assertEquals(List.of(), suggestion.layers());
    assertEquals(compressed.sha256(), suggestion.model().sha256());
  }
}
