package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.plumbline.host.Refusal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of a few hundred bytes that would make tensors of hundreds of gigabytes. */
class AllocationCheckTest {
  private static final long HUGE = 30_000;

  private final GraphBuilder graph = new GraphBuilder("bomb");
  private final String input = graph.input("input", 1, 2, 2);
  private int shapes;

  private String shape(long... sizes) {
    String name = "shape" + shapes++;
    return graph.initializer(name, Tensor.ofLongs(new long[] {sizes.length}, sizes));
  }

  private OnnxModel build(String value) {
    graph.output(value, 2);
    return graph.build();
  }

  static Stream<Arguments> bombs() {
    long[] sizes = {HUGE, HUGE, HUGE};
    return Stream.of(
        Arguments.of("ConstantOfShape", sizes),
        Arguments.of("Expand", new long[] {HUGE, HUGE, 2, 2}),
        Arguments.of("Tile", new long[] {1, HUGE, HUGE, 1}),
        Arguments.of("Pad", new long[] {0, HUGE, HUGE, HUGE, 0, HUGE, HUGE, HUGE}));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void anOperatorWithAHugeSizeIsRefusedByItsName(String operator, long[] sizes) {
    List<String> inputs =
        operator.equals("ConstantOfShape") ? List.of(shape(sizes)) : List.of(input, shape(sizes));
    Refusal.says(
        () -> build(graph.node(operator, "boom", inputs, Map.of())),
        "model bomb cannot be used",
        "(" + operator + ") makes a tensor of",
        "expected at most 268,435,455");
  }

  @Test
  void aResizeToAHugeSizeIsRefused() {
    String sizes = shape(1, 1, 1_000_000, 1_000_000);
    Refusal.says(
        () -> build(graph.node("Resize", "boom", List.of(input, "", "", sizes), Map.of())),
        "(Resize) makes a tensor of 1,000,000,000,000 elements");
    GraphBuilder other = new GraphBuilder("bomb");
    String scales = other.initializer("scales", Tensor.ofFloats(new long[] {4}, 1, 1, 1e6f, 1e6f));
    other.output(
        other.node("Resize", "boom", List.of(other.input("input", 1, 2, 2), "", scales), Map.of()),
        2);
    Refusal.says(other::build, "(Resize) makes a tensor of");
  }

  @Test
  void aHugeRangeIsRefused() {
    String from = graph.initializer("from", Tensor.ofLongs(new long[0], 0));
    String to = graph.initializer("to", Tensor.ofLongs(new long[0], Long.MAX_VALUE));
    String by = graph.initializer("by", Tensor.ofLongs(new long[0], 1));
    Refusal.says(
        () -> build(graph.node("Range", "boom", List.of(from, to, by), Map.of())),
        "(Range) makes a tensor of");
  }

  @Test
  void aChainThatDoublesItsSizeIsRefused() {
    String value = input;
    for (int i = 0; i < 40; i++) {
      value = graph.node("Concat", "twice" + i, List.of(value, value), Map.of("axis", 1L));
    }
    String last = value;
    Refusal.says(() -> build(last), "(Concat) makes a tensor of");
  }

  @Test
  void usualSizesAreTaken() {
    String padded =
        graph.node("Pad", "padded", List.of(input, shape(0, 0, 1, 1, 0, 0, 1, 1)), Map.of());
    String tiled = graph.node("Tile", "tiled", List.of(padded, shape(1, 8, 8, 8)), Map.of());
    String large =
        graph.node("Resize", "large", List.of(tiled, "", "", shape(1, 3, 1024, 1024)), Map.of());
    assertDoesNotThrow(() -> build(graph.node("Relu", "end", List.of(large), Map.of())));
  }
}
