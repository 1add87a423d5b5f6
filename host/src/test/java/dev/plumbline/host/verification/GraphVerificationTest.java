package dev.plumbline.host.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.UnlabelledPictures;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GraphVerificationTest {
  private static final PictureShape SHAPE = new PictureShape(1, 2, 2);
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(List.of(0f), List.of(1f), Layout.NCHW, ChannelOrder.RGB);

  private static final RoundingAllowance EXACT = new RoundingAllowance(0);
  private static final Deployed SAME = new Deployed(1, 0, 1, List.of());

  /** Scales, then adds up with a matrix; {@code factor} is what a compression may get wrong. */
  private static OnnxModel model(float factor) {
    GraphBuilder graph = new GraphBuilder("scaled");
    graph.input("x", 1, 2, 2);
    graph.initializer("factor", Tensor.ofFloats(new long[0], factor));
    graph.node("Mul", "scaled", List.of("x", "factor"), Map.of());
    graph.node("Flatten", "flat", List.of("scaled"), Map.of());
    graph.initializer("w", Tensor.ofFloats(new long[] {4, 2}, 1, 2, 3, 4, 4, 3, 2, 1));
    graph.output(graph.node("MatMul", "logits", List.of("flat", "w"), Map.of()), 2);
    return graph.build();
  }

  private static Verification verify(OnnxModel model, OnnxModel original) {
    return new GraphVerification(
            model, Optional.ofNullable(original), PREPROCESSING, TestDevice.device())
        .run(noise(), Progress.SILENT);
  }

  @Test
  void everyLayerIsComparedInTheOrderOfComputation() {
    Verification verification = verify(model(2), null);
    assertEquals(
        List.of("scaled", "flat", "logits"),
        verification.layers().stream().map(LayerComparison::value).toList());
    assertEquals(
        List.of("Mul", "Flatten", "MatMul"),
        verification.layers().stream().map(LayerComparison::operator).toList());
    assertEquals(Optional.empty(), verification.firstOutside(1e-5));
    assertEquals(10, verification.pictures());
    assertEquals(10, verification.sameLabels());
    assertTrue(verification.layers().stream().allMatch(l -> l.sqnr().isEmpty()));
  }

  @Test
  void theNoiseOfALayerIsMeasuredAgainstTheOriginal() {
    // x times 2.2 instead of 2: noise 0.2 x, signal 2 x, 20 dB in every layer.
    for (LayerComparison layer : verify(model(2.2f), model(2)).layers()) {
      assertEquals(20, layer.sqnr().orElseThrow(), 1e-4, layer.value());
    }
  }

  @Test
  void withoutNoiseTheRatioIsInfinite() {
    for (LayerComparison layer : verify(model(2), model(2)).layers()) {
      assertEquals(Double.POSITIVE_INFINITY, layer.sqnr().orElseThrow(), layer.value());
    }
  }

  @Test
  void theFirstLayerOutsideTheToleranceIsNamed() {
    LayerDifference fine = new LayerDifference("fine", "Conv", EXACT);
    fine.add(new float[] {1, 2}, new float[] {1, 2});
    LayerDifference off = new LayerDifference("off", "Relu", EXACT);
    off.add(new float[] {1, 2.5f}, new float[] {1, 2});
    off.add(new float[] {-4}, new float[] {-4});
    Verification verification = new Verification(List.of(fine.result(), off.result()), 1, 1, SAME);
    assertEquals(0.5 / 4, off.result().relativeDifference());
    assertEquals("off", verification.firstOutside(0.1).orElseThrow().value());
    assertEquals(Optional.empty(), verification.firstOutside(0.13));
  }

  @Test
  void aMaskOfInfinitiesHidesNoDifferenceBesideIt() {
    float mask = Float.NEGATIVE_INFINITY;
    LayerDifference same = new LayerDifference("same", "Add", EXACT);
    same.add(new float[] {2, mask}, new float[] {2, mask});
    same.addNoise(new float[] {2.2f, mask}, new float[] {2, mask});
    assertEquals(0, same.result().relativeDifference());
    assertEquals(20, same.result().sqnr().orElseThrow(), 1e-4);
    LayerDifference off = new LayerDifference("off", "Add", EXACT);
    off.add(new float[] {1.5f, mask}, new float[] {2, mask});
    assertEquals(0.5 / 2, off.result().relativeDifference());
    LayerDifference unmasked = new LayerDifference("unmasked", "Add", EXACT);
    unmasked.add(new float[] {2, 1}, new float[] {2, mask});
    assertTrue(
        new Verification(List.of(unmasked.result()), 1, 1, SAME)
            .firstOutside(Double.MAX_VALUE)
            .isPresent());
  }

  @Test
  void whatIsNoNumberIsOutsideEveryTolerance() {
    LayerDifference layer = new LayerDifference("layer", "Div", EXACT);
    layer.add(new float[] {Float.NaN}, new float[] {1});
    assertTrue(
        new Verification(List.of(layer.result()), 1, 1, SAME)
            .firstOutside(Double.MAX_VALUE)
            .isPresent());
  }

  /** Ten pictures, a number that the batch size does not divide. */
  private static Dataset noise() {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      new Random(i).nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return new UnlabelledPictures(pictures, List.of("a", "b"));
  }
}
