package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Forms of operators that are not computed say so in one sentence. */
class RefusedFormsTest {
  @Test
  void anEquationWithADiagonalIsRefused() {
    refused(20, "Einsum", Map.of("equation", "ii->i"), "names an axis twice");
  }

  @Test
  void anEquationThatSumsOverItsEllipsisIsRefused() {
    refused(20, "Einsum", Map.of("equation", "...i->i"), "sums over '...'");
  }

  @Test
  void anEquationOfTooManyTermsIsRefused() {
    refused(20, "Einsum", Map.of("equation", "ij,jk->ik"), "has 2 terms, expected 1");
  }

  @Test
  void anUnknownApproximationIsRefused() {
    refused(20, "Gelu", Map.of("approximate", "best"), "its approximation is best");
  }

  @Test
  void aBoundedUnitThatGrowsDownwardsIsRefused() {
    refused(20, "Celu", Map.of("alpha", -1f), "its alpha is -1.0, expected above 0");
  }

  @Test
  void aCastToBfloat16IsRefused() {
    refused(20, "Cast", Map.of("to", 16), "it casts to type number 16");
  }

  private static void refused(
      int opset, String operator, Map<String, Object> attributes, String why) {
    GraphBuilder b = new GraphBuilder("refused");
    b.input("x", 4);
    b.node(operator, "y", List.of("x"), attributes);
    b.output("y", 4);
    OnnxModel model = b.build(opset);
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.frozen(model, TestDevice.device()).close());
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void dimensionsThatDoNotBroadcastNameTheNode() {
    GraphBuilder b = new GraphBuilder("shape");
    b.input("x", 4);
    b.node("Shape", "shape", List.of("x"), Map.of());
    b.initializer("three", Tensor.ofLongs(new long[] {3}, 1, 2, 3));
    b.node("Add", "sum", List.of("shape", "three"), Map.of());
    b.node("Cast", "y", List.of("sum"), Map.of("to", 1));
    b.output("y", 4);
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(b.build(), TestDevice.device())) {
      UnsupportedNodeException e =
          assertThrows(
              UnsupportedNodeException.class, () -> graph.logits(manager.ones(new Shape(2, 4))));
      assertTrue(e.getMessage().contains("node Add sum cannot be computed"), e.getMessage());
      assertTrue(e.getMessage().contains("[[2], [3]] do not broadcast"), e.getMessage());
    }
  }

  @Test
  void aDivisionByZeroAmongConstantsNamesTheNode() {
    GraphBuilder b = new GraphBuilder("constants");
    b.input("x", 4);
    b.initializer("one", Tensor.ofLongs(new long[] {1}, 1));
    b.initializer("zero", Tensor.ofLongs(new long[] {1}, 0));
    b.node("Div", "quotient", List.of("one", "zero"), Map.of());
    b.node("Reshape", "y", List.of("x", "quotient"), Map.of());
    b.output("y", 4);
    OnnxModel model = b.build();
    UnsupportedNodeException e =
        assertThrows(
            UnsupportedNodeException.class,
            () -> DifferentiableGraph.frozen(model, TestDevice.device()).close());
    assertTrue(e.getMessage().contains("node Div quotient cannot be computed"), e.getMessage());
  }
}
