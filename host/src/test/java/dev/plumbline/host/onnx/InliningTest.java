package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.TextFormat;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Models with functions and branches, against ONNX Runtime, which inlines for itself. */
class InliningTest {
  private static final String HEAD =
      """
      ir_version: 9 opset_import { version: 17 } opset_import { domain: "own" version: 1 }
      """;

  private static final String INPUT =
      """
      name: "g"
      input { name: "x" type { tensor_type { elem_type: 1 shape {
        dim { dim_param: "N" } dim { dim_value: 1 } dim { dim_value: 2 } dim { dim_value: 2 } } } } }
      output { name: "y" type { tensor_type { elem_type: 1 } } }
      initializer { name: "w" dims: 4 dims: 4 data_type: 1 float_data: [
        1, -2, 3, 0.5, 0.25, 1, -1, 2, -0.5, 3, 1, -1, 2, 0.75, -3, 1] }
      initializer { name: "yes" data_type: 9 int32_data: 1 }
      initializer { name: "false" data_type: 9 int32_data: 0 }
      node { op_type: "Flatten" input: "x" output: "flat" }
      """;

  private static final String FUNCTIONS =
      """
      functions { name: "Layer" domain: "own" input: "a" input: "w" input: "b" output: "r"
        output: "also" attribute: "slope" attribute_proto { name: "other" type: FLOAT f: 0.25 }
        opset_import { version: 17 }
        node { op_type: "MatMul" name: "mm" input: "a" input: "w" output: "m" }
        node { op_type: "LeakyRelu" input: "m" output: "n"
          attribute { name: "alpha" type: FLOAT ref_attr_name: "slope" } }
        node { op_type: "Clip" input: "n" input: "b" output: "also" }
        node { op_type: "LeakyRelu" input: "n" output: "r"
          attribute { name: "alpha" type: FLOAT ref_attr_name: "other" } } }
      functions { name: "Pair" domain: "own" input: "a" input: "w" output: "r"
        opset_import { version: 17 } opset_import { domain: "own" version: 1 }
        node { op_type: "Layer" domain: "own" name: "first" input: "a" input: "w" output: "m"
          output: "unused" attribute { name: "slope" type: FLOAT f: 0.125 } }
        node { op_type: "Layer" domain: "own" name: "second" input: "m" input: "w" output: "r"
          output: "same" attribute { name: "other" type: FLOAT f: 0.75 } } }
      """;

  private static OnnxModel model(String text) throws TextFormat.ParseException {
    ModelProto.Builder proto = ModelProto.newBuilder();
    TextFormat.merge(text, proto);
    return OnnxModel.of("m", proto.build());
  }

  private static String graph(String nodes) {
    return HEAD + "graph { " + INPUT + nodes + " }";
  }

  private static final float[] X = {1, -1, 0.5f, 2, -3, 0.25f, 1, -0.5f};

  private static float[] runtime(OnnxModel model) {
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      float[][] rows = session.logits(X, 2, 1, 2, 2);
      float[] all = new float[8];
      System.arraycopy(rows[0], 0, all, 0, 4);
      System.arraycopy(rows[1], 0, all, 4, 4);
      return all;
    }
  }

  private static void assertComputedAsByRuntime(OnnxModel model) {
    float[] expected = runtime(model);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device())) {
      float[] found =
          graph.logits(TestDevice.place(manager.create(X, new Shape(2, 1, 2, 2)))).toFloatArray();
      // Sums of four products in another order.
      assertArrayEquals(expected, found, 1e-4f);
    }
    assertArrayEquals(expected, runtime(model.inlined()), 1e-4f);
  }

  @Test
  void functionsAreInlinedWithTheirAttributesAndDefaults() throws Exception {
    OnnxModel model =
        model(
            graph(
                    """
                    node { op_type: "Layer" domain: "own" name: "l" input: "flat" input: "w"
                      output: "m" output: "again"
                      attribute { name: "slope" type: FLOAT f: 0.5 } }
                    node { op_type: "Pair" domain: "own" name: "p" input: "m" input: "w"
                      output: "n" }
                    node { op_type: "Add" input: "n" input: "again" output: "y" }
                    """)
                + FUNCTIONS);
    assertComputedAsByRuntime(model);
    assertEquals(2, model.proto().getFunctionsCount());
    assertTrue(
        model.graph().nodes().stream().anyMatch(n -> n.toString().equals("MatMul p/second/mm")));
  }

  @Test
  void theBranchOfAConstantConditionIsInlined() throws Exception {
    for (String condition : List.of("yes", "no")) {
      OnnxModel model =
          model(
              graph(
                  """
                  node { op_type: "Identity" input: "false" output: "no" }
                  node { op_type: "MatMul" input: "flat" input: "w" output: "m" }
                  node { op_type: "If" name: "i" input: "%s" output: "a" output: "b"
                    attribute { name: "then_branch" type: GRAPH g { name: "t"
                      output { name: "tr" } output { name: "flat2" }
                      initializer { name: "half" data_type: 1 float_data: 0.5 }
                      node { op_type: "Mul" input: "m" input: "half" output: "tm" }
                      node { op_type: "If" input: "yes" output: "tr"
                        attribute { name: "then_branch" type: GRAPH g { name: "tt"
                          output { name: "ttr" }
                          node { op_type: "Add" input: "tm" input: "m" output: "ttr" } } }
                        attribute { name: "else_branch" type: GRAPH g { name: "te"
                          output { name: "ter" }
                          node { op_type: "Sub" input: "tm" input: "m" output: "ter" } } } }
                      node { op_type: "Identity" input: "flat" output: "flat2" } } }
                    attribute { name: "else_branch" type: GRAPH g { name: "e"
                      output { name: "er" } output { name: "etwo" }
                      initializer { name: "etwo" data_type: 1 float_data: 2 }
                      node { op_type: "Mul" input: "m" input: "etwo" output: "em" }
                      node { op_type: "Relu" input: "em" output: "er" } } } }
                  node { op_type: "Mul" input: "a" input: "b" output: "y" }
                  """
                      .formatted(condition)));
      assertComputedAsByRuntime(model);
      assertTrue(model.graph().nodes().stream().noneMatch(n -> n.is("If")));
    }
  }

  @Test
  void aNegatedConstantIsACondition() throws Exception {
    OnnxModel model =
        model(
            graph(
                """
                node { op_type: "Not" input: "false" output: "c" }
                node { op_type: "If" input: "c" output: "y"
                  attribute { name: "then_branch" type: GRAPH g { output { name: "t" }
                    node { op_type: "Relu" input: "flat" output: "t" } } }
                  attribute { name: "else_branch" type: GRAPH g { output { name: "e" }
                    node { op_type: "Neg" input: "flat" output: "e" } } } }
                """));
    assertEquals("Relu", model.graph().producer("y").orElseThrow().operator());
  }

  @Test
  void aFunctionThatPassesItsInputOnIsInlined() throws Exception {
    OnnxModel model =
        model(
            graph("node { op_type: 'F' domain: 'own' input: 'flat' output: 'y' }")
                + "functions { name: 'F' domain: 'own' input: 'a' output: 'a' }");
    assertArrayEquals(X, runtime(model.inlined()));
  }

  @Test
  void constantsInsideOfFunctionsCanBeReplaced() throws Exception {
    OnnxModel model =
        model(
            graph(
                    """
                    node { op_type: "Twice" domain: "own" name: "t" input: "flat" output: "y" }
                    """)
                + """
                functions { name: "Twice" domain: "own" input: "a" output: "r"
                  opset_import { version: 17 }
                  node { op_type: "Constant" output: "two"
                    attribute { name: "value" type: TENSOR t { data_type: 1 float_data: 2 } } }
                  node { op_type: "Mul" input: "a" input: "two" output: "r" } }
                """);
    OnnxModel changed = model.withConstants(Map.of("t/two", Tensor.ofFloats(new long[0], 3)));
    float[] expected = new float[X.length];
    for (int i = 0; i < X.length; i++) {
      expected[i] = 3 * X[i];
    }
    assertArrayEquals(expected, runtime(changed));
  }

  @Test
  void aModelWithoutFunctionsAndBranchesStaysItself() throws Exception {
    OnnxModel model =
        model(graph("node { op_type: 'MatMul' input: 'flat' input: 'w' output: 'y' }"));
    assertSame(model, model.inlined());
  }

  private static String refusal(String text) {
    return assertThrows(BadInputException.class, () -> model(text)).getMessage();
  }

  private static final String COMPUTED_IF =
      """
      node { op_type: "IsNaN" input: "flat" output: "c" }
      node { op_type: "If" name: "i" input: "c" output: "y"
        attribute { name: "then_branch" type: GRAPH g { output { name: "flat" } } }
        attribute { name: "else_branch" type: GRAPH g { output { name: "flat" } } } }
      """;

  @Test
  void aComputedConditionStaysAndCannotBeDifferentiated() throws Exception {
    OnnxModel model = model(graph(COMPUTED_IF));
    UnsupportedNodeException error =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.frozen(model, TestDevice.device()).close());
    assertTrue(error.getMessage().contains("If"), error.getMessage());
  }

  @Test
  void aComputedConditionWithinABranchIsRefused() {
    assertEquals(
        "model m cannot be used: node i (If) branches within a function or a branch on c, which is"
            + " computed, expected a constant",
        refusal(
            graph("node { op_type: 'F' domain: 'own' input: 'flat' output: 'y' }")
                + """
                functions { name: "F" domain: "own" input: "flat" output: "y"
                """
                + COMPUTED_IF
                + "}"));
  }

  @Test
  void aLoopStays() throws Exception {
    OnnxModel model =
        model(
            graph(
                """
                node { op_type: "Loop" name: "l" input: "" input: "flat" output: "y"
                  attribute { name: "body" type: GRAPH g { output { name: "flat" } } } }
                """));
    assertEquals(
        List.of("Loop"),
        model.graph().consumers("flat").stream().map(Node::operator).distinct().toList());
  }

  @Test
  void aFunctionThatCallsItselfIsRefused() {
    assertEquals(
        "model m cannot be used: its function F calls itself",
        refusal(
            graph("node { op_type: 'F' domain: 'own' input: 'flat' output: 'y' }")
                + """
                functions { name: "F" domain: "own" input: "a" output: "r"
                  node { op_type: "F" domain: "own" input: "a" output: "r" } }
                """));
  }

  @Test
  void aFunctionThatTakesValuesFromOutsideIsRefused() {
    assertEquals(
        "model m cannot be used: function F takes w, which nothing before it in the function makes",
        refusal(
            graph("node { op_type: 'F' domain: 'own' input: 'flat' output: 'y' }")
                + """
                functions { name: "F" domain: "own" input: "a" output: "r"
                  node { op_type: "MatMul" input: "a" input: "w" output: "r" } }
                """));
  }

  @Test
  void aFunctionOfAnotherOpsetIsRefused() {
    assertEquals(
        "model m cannot be used: its function F is of opset 18, expected 17 as the model",
        refusal(
            graph("node { op_type: 'F' domain: 'own' input: 'flat' output: 'y' }")
                + """
                functions { name: "F" domain: "own" input: "a" output: "r"
                  opset_import { version: 18 }
                  node { op_type: "Relu" input: "a" output: "r" } }
                """));
  }

  @Test
  void functionsThatGrowWithoutBoundAreRefused() {
    StringBuilder text =
        new StringBuilder(graph("node { op_type: 'F0' domain: 'own' input: 'flat' output: 'y' }"));
    for (int i = 0; i < 40; i++) {
      text.append(
          """
          functions { name: "F%d" domain: "own" input: "a" output: "r"
            node { op_type: "F%d" domain: "own" input: "a" output: "b" }
            node { op_type: "F%d" domain: "own" input: "b" output: "r" } }
          """
              .formatted(i, i + 1, i + 1));
    }
    text.append("functions { name: 'F40' domain: 'own' input: 'a' output: 'a' }");
    assertTrue(refusal(text.toString()).contains("more than 1000000 nodes"));
  }

  @Test
  void externalDataInABranchThatIsNotTakenIsRefused() {
    assertTrue(
        refusal(
                graph(
                    """
                    node { op_type: "If" name: "i" input: "yes" output: "y"
                      attribute { name: "then_branch" type: GRAPH g { output { name: "flat" } } }
                      attribute { name: "else_branch" type: GRAPH g { output { name: "far" }
                        initializer { name: "far" data_type: 1 data_location: EXTERNAL } } } }
                    """))
            .contains("initializer far keeps its data in another file"));
  }
}
