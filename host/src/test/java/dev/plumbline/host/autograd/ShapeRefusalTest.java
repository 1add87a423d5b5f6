package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Forms of shape operators that are not computed, and what is said of them. */
class ShapeRefusalTest {
  private static String refusal(
      String operator, List<String> inputs, Map<String, Object> attributes) {
    GraphBuilder b = new GraphBuilder("m");
    b.input("x", 3, 4, 4);
    b.initializer("scales", Tensor.ofFloats(new long[] {4}, 1, 1, 2, 2));
    b.initializer("far", Tensor.ofLongs(new long[] {1}, 9));
    b.node(operator, "y", inputs, attributes);
    b.output("y", 3);
    return assertThrows(
            UnsupportedNodeException.class,
            () -> {
              try (NDManager manager = DeviceArrays.owner();
                  DifferentiableGraph graph =
                      DifferentiableGraph.frozen(b.build(), TestDevice.device())) {
                graph.logits(manager.ones(new Shape(1, 3, 4, 4)));
              }
            })
        .getMessage();
  }

  private static void assertSays(String expected, String message) {
    assertTrue(message.contains(expected), message);
  }

  @Test
  void croppingWhileResizingIsRefused() {
    assertSays(
        "its coordinate_transformation_mode is tf_crop_and_resize, expected one of half_pixel",
        refusal(
            "Resize",
            List.of("x", "", "scales"),
            Map.of("coordinate_transformation_mode", "tf_crop_and_resize")));
  }

  @Test
  void aShapeThatDependsOnTheNumbersIsRefused() {
    assertSays("operator NonZero of domain ai.onnx", refusal("NonZero", List.of("x"), Map.of()));
  }

  @Test
  void anIndexOutsideOfItsAxisIsRefused() {
    assertSays(
        "index 9 is outside of an axis of 4",
        refusal("Gather", List.of("x", "far"), Map.of("axis", 2)));
  }

  @Test
  void aSplitThatDoesNotAddUpIsRefused() {
    assertSays(
        "an axis of 3 cannot be split into [9]",
        refusal("Split", List.of("x", "far"), Map.of("axis", 1)));
  }

  @Test
  void anUnknownReductionIsRefused() {
    assertSays(
        "its reduction is mean, expected none, add, mul, max or min",
        refusal("ScatterND", List.of("x", "far", "x"), Map.of("reduction", "mean")));
  }
}
