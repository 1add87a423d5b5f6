package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/operators.md} is what the registry and the node tests say. */
class OperatorsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "operators.md");

  @Test
  void theListOfOperatorsIsUpToDate() throws IOException {
    String text = text();
    Path fresh = Path.of("target", "operators.md");
    Files.createDirectories(fresh.getParent());
    Files.writeString(fresh, text);
    assertEquals(
        text,
        Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "",
        "docs/operators.md is out of date: copy host/target/operators.md there");
  }

  private static String text() {
    NodeTest.Suite suite = NodeTest.suite();
    Map<String, Integer> passed = new TreeMap<>();
    int allPassed = 0;
    int expanded = 0;
    for (NodeTest test : suite.packed().values()) {
      if (NodeTestsLeftOut.reason(test.name()).isPresent()) {
        continue;
      }
      allPassed++;
      if (test.model().getGraph().getNodeCount() == 1) {
        passed.merge(test.operators().iterator().next(), 1, Integer::sum);
      } else {
        expanded++;
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Operators

        What Plumbline computes with gradients, written by the build from the registry and from the node
        tests of the ONNX project (onnx 1.18.0, opset 23), which it runs on the differentiable graph.
        """);
    text.append(
        "\nOf %d node tests %d pass, %d of them on operators written out as graphs; %d are left out.\n"
            .formatted(
                suite.names().size(), allPassed, expanded, suite.names().size() - allPassed));
    text.append("\n| operator | domain | since version | node tests passed |\n");
    text.append("| --- | --- | --- | --- |\n");
    for (Map.Entry<String, Set<Integer>> row : operators().entrySet()) {
      String[] name = row.getKey().split(" ");
      String domain = name.length == 1 ? "" : name[1];
      String key = (domain.isEmpty() ? "" : domain + ".") + name[0];
      text.append(
          "| %s | %s | %s | %s |\n"
              .formatted(
                  name[0],
                  domain.isEmpty() ? "ai.onnx" : domain,
                  row.getValue().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                  passed.containsKey(key) ? passed.get(key).toString() : "-"));
    }
    text.append(
        """

        A dash: ONNX has no node test of that operator alone; it is tested against ONNX Runtime.

        ## Left out

        | why | node tests | such as |
        | --- | --- | --- |
        """);
    leftOut(suite)
        .forEach(
            (reason, names) ->
                text.append(
                    "| %s | %d | %s |\n"
                        .formatted(
                            reason,
                            names.size(),
                            names.stream().limit(3).collect(Collectors.joining(", ")))));
    return text.toString();
  }

  private static Map<String, Set<Integer>> operators() {
    Map<String, Set<Integer>> operators = new TreeMap<>();
    for (OperatorRegistry.Key key : OperatorRegistry.DEFAULT.all().keySet()) {
      operators
          .computeIfAbsent((key.operator() + " " + key.domain()).strip(), n -> new TreeSet<>())
          .add(key.since());
    }
    return operators;
  }

  private static Map<String, Set<String>> leftOut(NodeTest.Suite suite) {
    Map<String, Set<String>> leftOut = new TreeMap<>();
    for (String name : suite.names()) {
      Optional<String> reason = NodeTestsLeftOut.reason(name);
      reason.ifPresent(why -> leftOut.computeIfAbsent(why, w -> new TreeSet<>()).add(name));
    }
    return leftOut;
  }
}
