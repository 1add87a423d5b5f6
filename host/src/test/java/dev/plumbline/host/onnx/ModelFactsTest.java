package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelFactsTest {
  private static final int WEIGHTS = 2 * 3;

  /** Counted by hand: two filters of three weights, of which one is at the zero point. */
  @Test
  void weightsOfAnOperatorOnIntegersAreCounted() {
    GraphBuilder graph = new GraphBuilder("integers");
    quantization(graph);
    String q = quantized(graph);
    String maps =
        graph.node(
            "QLinearConv", "maps", List.of(q, "s", "z", "w", "ws", "wz", "s", "z"), Map.of());
    finish(graph, maps);
    ModelFacts facts = ModelFacts.of(graph.build());
    assertEquals(ModelFacts.Format.Q_OPERATOR, facts.format());
    assertEquals(WEIGHTS, facts.weights());
    assertEquals(1, facts.zeros());
  }

  /** As Brevitas writes weights of fewer than 8 bits. */
  @Test
  void weightsBehindAClipAreCounted() {
    GraphBuilder graph = new GraphBuilder("clipped");
    quantization(graph);
    graph.initializer("low", Tensor.ofBytes(ElementType.INT8, new long[] {}, (byte) -7));
    graph.initializer("high", Tensor.ofBytes(ElementType.INT8, new long[] {}, (byte) 7));
    String clipped = graph.node("Clip", "clipped", List.of("w", "low", "high"), Map.of());
    String weights = dequantized(graph, "weights", clipped, "ws", "wz");
    String input = dequantized(graph, "input_back", quantized(graph), "s", "z");
    String maps = graph.node("Conv", "maps", List.of(input, weights), Map.of());
    graph.output(graph.node("Flatten", "logits", List.of(maps), Map.of()), 2);
    ModelFacts facts = ModelFacts.of(graph.build());
    assertEquals(ModelFacts.Format.QDQ, facts.format());
    assertEquals(WEIGHTS, facts.weights());
    assertEquals(1, facts.zeros());
  }

  private static void quantization(GraphBuilder graph) {
    graph.initializer("s", Tensor.ofFloats(new long[] {}, 0.1f));
    graph.initializer("z", Tensor.ofBytes(ElementType.UINT8, new long[] {}, (byte) 128));
    graph.initializer(
        "w",
        Tensor.ofBytes(ElementType.INT8, new long[] {2, 3, 1, 1}, new byte[] {1, 0, -3, 4, 5, -6}));
    graph.initializer("ws", Tensor.ofFloats(new long[] {}, 0.5f));
    graph.initializer("wz", Tensor.ofBytes(ElementType.INT8, new long[] {}, (byte) 0));
  }

  private static String quantized(GraphBuilder graph) {
    String input = graph.input("input", 3, 1, 1);
    return graph.node("QuantizeLinear", "integers", List.of(input, "s", "z"), Map.of());
  }

  private static void finish(GraphBuilder graph, String integers) {
    String back = dequantized(graph, "back", integers, "s", "z");
    graph.output(graph.node("Flatten", "logits", List.of(back), Map.of()), 2);
  }

  private static String dequantized(
      GraphBuilder graph, String name, String integers, String scale, String zeroPoint) {
    return graph.node("DequantizeLinear", name, List.of(integers, scale, zeroPoint), Map.of());
  }
}
