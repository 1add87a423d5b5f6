package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators of old opsets in opset 13. ONNX Runtime, which reads both, is the oracle: the same
 * numbers, bit for bit.
 */
class OpsetRaisingTest {
  private static final long[] INPUT = {2, 3, 4, 6};

  /** An operator between the input {@code x} and the value {@code y}, of any rank from 2. */
  private record Case(String name, int oldest, int newest, BiConsumer<GraphBuilder, Integer> body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case node(
      String name,
      int oldest,
      int newest,
      String operator,
      Map<String, Object> attributes,
      Tensor... inputs) {
    return new Case(
        name,
        oldest,
        newest,
        (graph, opset) -> {
          List<String> names = new ArrayList<>(List.of("x"));
          for (int i = 0; i < inputs.length; i++) {
            names.add(graph.initializer("i" + i, inputs[i]));
          }
          graph.node(operator, "y", names, attributes);
        });
  }

  static Stream<Case> cases() {
    Tensor twice = Tensor.ofFloats(new long[] {4}, 1, 1, 2, 3);
    Tensor half = Tensor.ofFloats(new long[] {4}, 1, 1, 0.5f, 0.5f);
    float[] scales = {1, 1, 2, 3};
    Tensor ones = Tensor.ofFloats(new long[] {3}, 1, 2, 3);
    return Stream.of(
        node("Upsample", 7, 8, "Upsample", Map.of("scales", scales)),
        node("linear Upsample", 7, 8, "Upsample", Map.of("scales", scales, "mode", "linear")),
        node("Upsample with an input", 9, 9, "Upsample", Map.of(), twice),
        node("Resize", 10, 10, "Resize", Map.of(), twice),
        node("smaller Resize", 10, 10, "Resize", Map.of(), half),
        node("linear Resize", 10, 10, "Resize", Map.of("mode", "linear"), half),
        node("spatial", 7, 8, "BatchNormalization", Map.of("spatial", 1), ones, ones, ones, ones),
        node("BatchNormalization", 7, 12, "BatchNormalization", Map.of(), ones, ones, ones, ones),
        node(
            "Slice",
            7,
            9,
            "Slice",
            Map.of(
                "starts",
                new long[] {1, -5},
                "ends",
                new long[] {3, 9},
                "axes",
                new long[] {2, 3})),
        node(
            "Slice of the first axes",
            7,
            9,
            "Slice",
            Map.of("starts", new long[] {0, 1}, "ends", new long[] {2, 3})),
        node("Dropout", 7, 12, "Dropout", Map.of()),
        node("Dropout with a ratio", 7, 11, "Dropout", Map.of("ratio", 0.3f)),
        node("Clip", 7, 10, "Clip", Map.of("min", -0.5f, "max", 0.25f)),
        node("Clip from below", 7, 10, "Clip", Map.of("min", -0.5f)),
        node("Clip from above", 7, 10, "Clip", Map.of("max", 0.5f)),
        node("Clip of nothing", 7, 10, "Clip", Map.of()),
        node("Pad", 7, 10, "Pad", Map.of("pads", new long[] {0, 0, 1, 2, 0, 0, 3, 0})),
        node(
            "Pad with a value",
            7,
            10,
            "Pad",
            Map.of("pads", new long[] {0, 0, 1, 2, 0, 0, 3, 0}, "value", 1.5f)),
        node(
            "Pad by reflection",
            7,
            10,
            "Pad",
            Map.of("pads", new long[] {0, 0, 1, 2, 0, 0, 2, 1}, "mode", "reflect")),
        node("ReduceSum", 7, 12, "ReduceSum", Map.of("axes", new long[] {2}, "keepdims", 1)),
        node("ReduceSum away", 7, 12, "ReduceSum", Map.of("axes", new long[] {1}, "keepdims", 0)),
        node("Unsqueeze", 7, 12, "Unsqueeze", Map.of("axes", new long[] {1, 3})),
        node("Softmax", 7, 12, "Softmax", Map.of()),
        node("Softmax of one axis", 7, 12, "Softmax", Map.of("axis", 3)),
        node("Softmax of two axes", 7, 12, "Softmax", Map.of("axis", 2)),
        node("Softmax from the end", 11, 12, "Softmax", Map.of("axis", -1)),
        node("LogSoftmax", 7, 12, "LogSoftmax", Map.of("axis", 2)),
        node("Hardmax", 7, 12, "Hardmax", Map.of("axis", 2)),
        node("Tanh", 7, 12, "Tanh", Map.of()),
        new Case(
            "Softmax of rows",
            7,
            12,
            (graph, opset) -> {
              graph.node("Flatten", "f", List.of("x"), Map.of());
              graph.node("Softmax", "y", List.of("f"), Map.of("axis", 1));
            }),
        new Case("TopK", 7, 9, (graph, opset) -> topK(graph, List.of("x"), Map.of("k", 2))),
        new Case(
            "TopK with an input",
            10,
            10,
            (graph, opset) ->
                topK(
                    graph,
                    List.of("x", graph.initializer("k", Tensor.ofLongs(new long[] {1}, 2))),
                    Map.of())),
        new Case(
            "Squeeze", 7, 12, (graph, opset) -> squeeze(graph, Map.of("axes", new long[] {2}))),
        new Case("Squeeze of all", 7, 12, (graph, opset) -> squeeze(graph, Map.of())),
        new Case(
            "Split",
            7,
            12,
            (graph, opset) -> split(graph, Map.of("axis", 3, "split", new long[] {1, 5}))),
        new Case("Split evenly", 7, 12, (graph, opset) -> split(graph, Map.of("axis", 3))),
        new Case(
            "Scatter",
            9,
            10,
            (graph, opset) ->
                graph.node(
                    "Scatter",
                    "y",
                    List.of(
                        "x",
                        graph.initializer("at", Tensor.ofLongs(new long[] {1, 1, 1, 2}, 1, 3)),
                        graph.initializer("put", Tensor.ofFloats(new long[] {1, 1, 1, 2}, 8, 9))),
                    Map.of("axis", 3))));
  }

  private static void topK(
      GraphBuilder graph, List<String> inputs, Map<String, Object> attributes) {
    graph.node("", "TopK", inputs, List.of("y", "at"), attributes);
  }

  private static void squeeze(GraphBuilder graph, Map<String, Object> attributes) {
    graph.node("ReduceMean", "m", List.of("x"), Map.of("axes", new long[] {2}, "keepdims", 1));
    graph.node("Squeeze", "y", List.of("m"), attributes);
  }

  private static void split(GraphBuilder graph, Map<String, Object> attributes) {
    graph.node("", "Split", List.of("x"), List.of("a", "b"), attributes);
    graph.node("Concat", "y", List.of("b", "a"), Map.of("axis", 3));
  }

  private static OnnxModel model(Case each, int opset) {
    GraphBuilder graph = new GraphBuilder(each.name());
    graph.input("x", INPUT[1], INPUT[2], INPUT[3]);
    each.body().accept(graph, opset);
    graph.node("Flatten", "out", List.of("y"), Map.of());
    graph.output("out", -1);
    return graph.build(opset);
  }

  private static float[][] run(OnnxModel model) {
    float[] x = new float[(int) Tensor.elements(INPUT)];
    Random random = new Random(4);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    try (RuntimeSession session =
        RuntimeSession.open(
            model, RuntimeProvider.cpu(), RuntimeSession.Optimization.NONE, Optional.empty())) {
      return session.logits(x, INPUT);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOperatorComputesInOpset13WhatItComputedInItsOwn(Case each) {
    for (int opset = each.oldest(); opset <= each.newest(); opset++) {
      OnnxModel old = model(each, opset);
      OnnxModel raised = OpsetRaising.atLeast(old, 13, "tests");
      assertEquals(13, raised.opset(""));
      assertEquals(8, raised.proto().getIrVersion());
      float[][] expected = run(old);
      float[][] found = run(raised);
      assertEquals(expected.length, found.length);
      for (int i = 0; i < expected.length; i++) {
        assertTrue(expected[i].length > 0);
        assertArrayEquals(expected[i], found[i], each + " of opset " + opset);
      }
    }
  }

  @Test
  void aModelThatIsNewEnoughIsTheSame() {
    OnnxModel model = model(node("Relu", 13, 13, "Relu", Map.of()), 13);
    assertSame(model, OpsetRaising.atLeast(model, 13, "tests"));
    assertSame(model, OpsetRaising.atLeast(model, 10, "tests"));
  }

  @Test
  void whatHasNoNewerFormIsRefusedByName() {
    Tensor four = Tensor.ofFloats(new long[] {4}, 1, 1, 2, 0.5f);
    OnnxModel mixed = model(node("mixed", 10, 10, "Resize", Map.of(), four), 10);
    BadInputException e =
        assertThrows(
            BadInputException.class, () -> OpsetRaising.atLeast(mixed, 13, "scales per channel"));
    assertTrue(
        e.getMessage()
            .contains("scales per channel need opset 11 or newer, in which node y (Resize)"),
        e.getMessage());
  }
}
