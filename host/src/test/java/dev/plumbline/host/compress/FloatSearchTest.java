package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Agreement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FloatSearchTest {
  private static final PictureShape SHAPE = new PictureShape(1, 4, 4);
  private static final NoisePictures PICTURES = new NoisePictures(SHAPE, 32);
  private static final QuantizationSettings SETTINGS = QuantizationSettings.minMax();

  private static float[] random(int seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * Three layers. Between the first and the second one channel is as large as 8 bits cannot hold
   * beside the others, and only the others count.
   *
   * @param largest how much larger the channel is
   * @param bias of the second class
   */
  private static OnnxModel withOneLargeChannel(float largest, float bias) {
    float[] first = random(1, 8);
    first[0] = largest;
    float[] second = random(2, 8 * 8);
    for (int i = 0; i < 8; i++) {
      second[8 * i] = 0.01f / largest;
    }
    GraphBuilder graph = new GraphBuilder("large");
    graph.input("input", 1, 4, 4);
    graph.initializer("w1", Tensor.ofFloats(new long[] {8, 1, 1, 1}, first));
    graph.initializer("w2", Tensor.ofFloats(new long[] {8, 8, 1, 1}, second));
    graph.initializer("w3", Tensor.ofFloats(new long[] {128, 2}, random(3, 128 * 2)));
    graph.initializer("b3", Tensor.ofFloats(new long[] {2}, 0, bias));
    graph.node("Conv", "first", List.of("input", "w1"), Map.of());
    graph.node("Relu", "relu1", List.of("first"), Map.of());
    graph.node("Conv", "second", List.of("relu1", "w2"), Map.of());
    graph.node("Relu", "relu2", List.of("second"), Map.of());
    graph.node("Flatten", "flat", List.of("relu2"), Map.of());
    graph.node("Gemm", "logits", List.of("flat", "w3", "b3"), Map.of());
    graph.output("logits", 2);
    return graph.build();
  }

  private static FloatSearch.Found search(OnnxModel model, double growth) {
    return new FloatSearch(
            model,
            PICTURES.preprocessing(),
            Accelerator.CPU,
            RuntimeProvider.cpu(),
            Progress.SILENT)
        .find(PICTURES, SETTINGS, growth);
  }

  @Test
  void theLayersBesideAValueThatEightBitsCannotHoldGoBackToFloat() {
    OnnxModel model = withOneLargeChannel(3000, 0);
    FloatSearch.Found found = search(model, 100);
    assertEquals(Set.of("first", "second"), found.layers());
    assertTrue(found.before().share() < 0.9, "without: " + found.before());
    assertTrue(found.after().share() > 0.95, "with: " + found.after());
    OnnxModel mixed =
        new Quantizer(Accelerator.CPU)
            .quantize(
                model,
                PICTURES.preprocessing(),
                PICTURES,
                SETTINGS.keepingFloat(found.layers()),
                Progress.SILENT);
    assertEquals("first,second", mixed.metadata().get(CompressedLayers.FLOAT_LAYERS));
    assertEquals(ElementType.FLOAT, mixed.graph().constant("w2").orElseThrow().type());
    assertEquals(ElementType.INT8, mixed.graph().constant("w3_quantized").orElseThrow().type());
    // ONNX Runtime decides for the model that is written as it did in the search.
    assertEquals(
        found.after(),
        Agreement.of(
            model,
            mixed,
            PICTURES.preprocessing(),
            PICTURES,
            RuntimeProvider.cpu(),
            Progress.SILENT));
  }

  @Test
  void nothingGoesBackToFloatThatDoesNotFit() {
    assertEquals(Set.of(), search(withOneLargeChannel(3000, 0), 0).layers());
  }

  @Test
  void aModelThatDecidesAsBeforeKeepsNoLayerInFloat() {
    FloatSearch.Found found = search(withOneLargeChannel(1, 1000), 100);
    assertEquals(1, found.after().share());
    assertEquals(Set.of(), found.layers());
  }
}
