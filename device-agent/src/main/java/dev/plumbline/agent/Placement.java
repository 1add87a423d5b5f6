package dev.plumbline.agent;

import dev.plumbline.device.v1.OperatorRun;
import dev.plumbline.device.v1.ProviderRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which provider ran which node of a model.
 *
 * @param nodes each once, in the order in which they ran first; empty where that is not known
 */
record Placement(List<Node> nodes) {
  static final Placement UNKNOWN = new Placement(List.of());

  /** Names may be as long as the model's author likes, and there may be any number of nodes. */
  private static final int MAX_NAMES = 1000;

  private static final int MAX_NAME_CHARACTERS = 200;

  /**
   * A node that ran.
   *
   * @param name may be empty
   */
  record Node(String provider, String operator, String name) {}

  Placement {
    nodes = List.copyOf(nodes);
  }

  /** How many nodes of which operator ran where. */
  List<ProviderRun> counts() {
    return runs(0);
  }

  /** The same with the names of the nodes, as many as one answer may hold. */
  List<ProviderRun> named() {
    return runs(MAX_NAMES);
  }

  private List<ProviderRun> runs(int names) {
    Map<String, Map<String, OperatorRun.Builder>> byProvider = new TreeMap<>();
    int left = names;
    for (Node node : nodes) {
      OperatorRun.Builder run =
          byProvider
              .computeIfAbsent(node.provider(), p -> new TreeMap<>())
              .computeIfAbsent(node.operator(), o -> OperatorRun.newBuilder().setOperator(o));
      run.setNodes(run.getNodes() + 1);
      if (left > 0) {
        left--;
        run.addNodeNames(shortened(node.name()));
      }
    }
    List<ProviderRun> runs = new ArrayList<>();
    byProvider.forEach((provider, operators) -> runs.add(run(provider, operators.values())));
    runs.sort(Comparator.comparingInt(ProviderRun::getNodes).reversed());
    return runs;
  }

  private static ProviderRun run(String provider, Collection<OperatorRun.Builder> operators) {
    ProviderRun.Builder run = ProviderRun.newBuilder().setProvider(provider);
    for (OperatorRun.Builder operator : operators) {
      run.addOperators(operator);
      run.setNodes(run.getNodes() + operator.getNodes());
    }
    return run.build();
  }

  private static String shortened(String name) {
    return name.length() > MAX_NAME_CHARACTERS
        ? name.substring(0, MAX_NAME_CHARACTERS) + "..."
        : name;
  }
}
