package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The order of a graph's nodes. ONNX asks for one in which they can run; some tools append what
 * they insert, and ONNX Runtime sorts such graphs when it loads them.
 */
final class NodeOrder {
  private NodeOrder() {}

  /**
   * The graph with its nodes in an order in which they can run: each node as early as its place
   * allows. The same graph where they are in such an order, and where there is none.
   */
  static GraphProto sorted(GraphProto graph) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        if (!output.isEmpty()) {
          makers.putIfAbsent(output, i);
        }
      }
    }
    List<Set<Integer>> before = new ArrayList<>();
    boolean inOrder = true;
    for (int i = 0; i < graph.getNodeCount(); i++) {
      Set<Integer> makersOfInputs = new HashSet<>();
      for (String input : reads(graph.getNode(i))) {
        Integer maker = makers.get(input);
        if (maker != null) {
          makersOfInputs.add(maker);
          inOrder &= maker < i;
        }
      }
      before.add(makersOfInputs);
    }
    return inOrder ? graph : sorted(graph, before);
  }

  private static GraphProto sorted(GraphProto graph, List<Set<Integer>> before) {
    List<List<Integer>> after = new ArrayList<>();
    int[] missing = new int[before.size()];
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    before.forEach(b -> after.add(new ArrayList<>()));
    for (int i = 0; i < missing.length; i++) {
      missing[i] = before.get(i).size();
      for (int maker : before.get(i)) {
        after.get(maker).add(i);
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    GraphProto.Builder builder = graph.toBuilder().clearNode();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      builder.addNode(graph.getNode(next));
      for (int reader : after.get(next)) {
        if (--missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    // Nodes that wait for each other are told of by the check that follows.
    return builder.getNodeCount() == graph.getNodeCount() ? builder.build() : graph;
  }

  /** Names of the values that a node reads, those that its subgraphs read from outside included. */
  private static Set<String> reads(NodeProto node) {
    Set<String> names = readsWithin(node);
    names.addAll(node.getInputList());
    return names;
  }

  /** Names that a node's subgraphs read: values of their own, and values of the graph. */
  static Set<String> readsWithin(NodeProto node) {
    Set<String> names = new LinkedHashSet<>();
    ArrayDeque<GraphProto> bodies = new ArrayDeque<>();
    addBodies(node, bodies);
    while (!bodies.isEmpty()) {
      GraphProto body = bodies.remove();
      for (NodeProto inner : body.getNodeList()) {
        names.addAll(inner.getInputList());
        addBodies(inner, bodies);
      }
      body.getOutputList().forEach(output -> names.add(output.getName()));
    }
    return names;
  }

  private static void addBodies(NodeProto node, ArrayDeque<GraphProto> bodies) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        bodies.add(attribute.getG());
      }
      bodies.addAll(attribute.getGraphsList());
    }
  }
}
