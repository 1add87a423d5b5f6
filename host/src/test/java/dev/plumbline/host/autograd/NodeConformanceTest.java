package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The differentiable graph against the ONNX project's own node tests. */
class NodeConformanceTest {

  static Stream<String> supported() {
    return NodeTest.suite().packed().keySet().stream()
        .filter(name -> NodeTestsLeftOut.reason(name).isEmpty());
  }

  static Stream<String> refused() {
    return NodeTest.suite().packed().keySet().stream().filter(NodeTestsLeftOut::isRefused);
  }

  @ParameterizedTest
  @MethodSource("supported")
  void aNodeTestPasses(String name) {
    assertEquals(
        new NodeTestResult.Passed(), NodeTestResult.of(NodeTest.suite().packed().get(name)), name);
  }

  /** What passes must not be called unsupported; what is unsupported is refused in a sentence. */
  @ParameterizedTest
  @MethodSource("refused")
  void aNodeTestOfWhatIsRefusedIsRefusedInASentence(String name) {
    assertInstanceOf(
        NodeTestResult.Refused.class, NodeTestResult.of(NodeTest.suite().packed().get(name)), name);
  }

  @Test
  void everyNodeTestIsEitherPackedOrLeftOutForAReason() {
    List<String> unexplained =
        NodeTest.suite().names().stream()
            .filter(name -> !NodeTest.suite().packed().containsKey(name))
            .filter(name -> NodeTestsLeftOut.reason(name).isEmpty())
            .toList();
    assertEquals(List.of(), unexplained);
    assertEquals(
        new TreeSet<>(),
        NodeTest.suite().packed().keySet().stream()
            .filter(name -> !NodeTest.suite().names().contains(name))
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
