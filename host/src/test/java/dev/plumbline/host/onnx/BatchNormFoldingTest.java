package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNormFoldingTest {
  private static GraphBuilder convAndNorm(boolean bias, int groups) {
    GraphBuilder b = new GraphBuilder("m");
    b.input("x", 4, 5, 5);
    int in = 4 / groups;
    b.initializer("w", random(1, -1, 4, in, 3, 3));
    List<String> inputs = new ArrayList<>(List.of("x", "w"));
    if (bias) {
      inputs.add(b.initializer("b", random(2, -1, 4)));
    }
    b.node("Conv", "c", inputs, Map.of("group", groups));
    b.initializer("g", random(3, 0.5, 4));
    b.initializer("o", random(4, -1, 4));
    b.initializer("m", random(5, -1, 4));
    b.initializer("v", random(6, 0.1, 4));
    b.node("BatchNormalization", "n", List.of("c", "g", "o", "m", "v"), Map.of("epsilon", 1e-3f));
    return b;
  }

  private static Tensor random(long seed, double low, long... dims) {
    float[] values = new float[(int) Tensor.elements(dims)];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (1.5 - low) * random.nextDouble());
    }
    return Tensor.ofFloats(dims, values);
  }

  private static OnnxModel finish(GraphBuilder b, String last) {
    b.node("Flatten", "y", List.of(last), Map.of());
    b.output("y", 36);
    return b.build();
  }

  private static float[][] run(OnnxModel model) {
    float[] x = random(9, -1, 2, 4, 5, 5).floats();
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      return session.logits(x, 2, 4, 5, 5);
    }
  }

  private static void assertSameFunction(OnnxModel a, OnnxModel b) {
    float[][] expected = run(a);
    float[][] found = run(b);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 36; j++) {
        // Factors are rounded to float once more: 1e-7 times 36 products, of size near 10.
        assertEquals(expected[i][j], found[i][j], 1e-5 * Math.max(1, Math.abs(expected[i][j])));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true,1", "false,1", "true,4", "false,2"})
  void foldingKeepsTheFunctionAndDropsTheNode(boolean bias, int groups) {
    OnnxModel model = finish(convAndNorm(bias, groups), "n").withMetadata("k", "v");
    OnnxModel folded = BatchNormFolding.fold(model);
    assertTrue(folded.graph().nodes().stream().noneMatch(n -> n.is("BatchNormalization")));
    assertEquals(Map.of("k", "v"), folded.metadata());
    assertEquals(2, folded.graph().constants().size());
    assertSameFunction(model, folded);
  }

  @Test
  void aConvolutionThatSomethingElseTakesIsLeftAlone() {
    GraphBuilder b = convAndNorm(true, 1);
    b.node("Add", "sum", List.of("n", "c"), Map.of());
    OnnxModel model = finish(b, "sum");
    assertSame(model, BatchNormFolding.fold(model));
  }

  @Test
  void aWeightThatTwoConvolutionsShareIsFoldedIntoOneOfItsOwn() {
    GraphBuilder b = convAndNorm(false, 1);
    b.node("Conv", "d", List.of("x", "w"), Map.of());
    b.node("Add", "sum", List.of("n", "d"), Map.of());
    OnnxModel model = finish(b, "sum");
    assertSameFunction(model, BatchNormFolding.fold(model));
  }

  @Test
  void aBiasThatTwoConvolutionsShareIsFoldedIntoOneOfItsOwn() {
    GraphBuilder b = convAndNorm(true, 1);
    b.initializer("w2", random(7, -1, 4, 4, 3, 3));
    b.node("Conv", "d", List.of("x", "w2", "b"), Map.of());
    b.node("Add", "sum", List.of("n", "d"), Map.of());
    OnnxModel model = finish(b, "sum");
    assertSameFunction(model, BatchNormFolding.fold(model));
  }

  @Test
  void aBiasThatIsOnlyCalledLikeTheFoldedOnesKeepsItsValue() {
    GraphBuilder b = convAndNorm(false, 1);
    b.initializer("w2", random(7, -1, 4, 4, 3, 3));
    b.initializer("w_bias", random(8, -1, 4));
    b.node("Conv", "d", List.of("x", "w2", "w_bias"), Map.of());
    b.node("Add", "sum", List.of("n", "d"), Map.of());
    OnnxModel model = finish(b, "sum");
    assertSameFunction(model, BatchNormFolding.fold(model));
  }
}
