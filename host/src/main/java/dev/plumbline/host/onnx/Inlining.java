package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.plumbline.host.BadInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model's graph with its nodes in order, the bodies of its functions in place of their calls, and
 * of each If whose condition is a constant the branch that is taken. Other nodes with subgraphs
 * stay as they are in the graph itself, and are refused within functions and branches, whose names
 * change.
 */
final class Inlining {
  /** Functions that call functions can grow without bound; no model of pictures comes near. */
  private static final int MOST_NODES = 1_000_000;

  /** How deep calls may nest. */
  private static final int DEEPEST = 100;

  /** What a call names. */
  private record Callee(String domain, String name, String overload) {
    static Callee of(NodeProto node) {
      return new Callee(domain(node.getDomain()), node.getOpType(), node.getOverload());
    }

    private static String domain(String domain) {
      return domain.equals("ai.onnx") ? "" : domain;
    }
  }

  private final ModelProto model;
  private final Map<Callee, FunctionProto> functions = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Map<String, Integer> copies = new HashMap<>();
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<TensorProto> lifted = new ArrayList<>();
  private final Map<String, Boolean> truths = new HashMap<>();
  private final Deque<Callee> calling = new ArrayDeque<>();
  private int visited;

  private Inlining(ModelProto model) {
    this.model = model;
    for (FunctionProto f : model.getFunctionsList()) {
      functions.put(new Callee(Callee.domain(f.getDomain()), f.getName(), f.getOverload()), f);
    }
  }

  /** The graph to compute with; the model's own where there is nothing to inline. */
  static GraphProto of(ModelProto model) {
    Inlining inlining = new Inlining(model);
    GraphProto graph = NodeOrder.sorted(model.getGraph());
    return graph.getNodeList().stream().anyMatch(inlining::expands)
        ? inlining.inline(graph)
        : graph;
  }

  private boolean expands(NodeProto node) {
    return functions.containsKey(Callee.of(node)) || holdsSubgraph(node);
  }

  private static boolean holdsSubgraph(NodeProto node) {
    return node.getAttributeList().stream().anyMatch(a -> a.hasG() || a.getGraphsCount() > 0);
  }

  private GraphProto inline(GraphProto graph) {
    graph.getInputList().forEach(i -> used.add(i.getName()));
    graph.getNodeList().forEach(n -> used.addAll(n.getOutputList()));
    for (TensorProto initializer : graph.getInitializerList()) {
      used.add(initializer.getName());
      learn(initializer.getName(), initializer);
    }
    Scope scope = Scope.ofGraph(this::freshName);
    graph.getNodeList().forEach(node -> add(node, scope));
    return graph.toBuilder().clearNode().addAllNode(nodes).addAllInitializer(lifted).build();
  }

  private String freshName(String wanted) {
    String name = wanted;
    while (!used.add(name)) {
      name = wanted + "_" + copies.merge(wanted, 1, Integer::sum);
    }
    return name;
  }

  private void add(NodeProto node, Scope scope) {
    if (++visited > MOST_NODES) {
      throw new BadInputException(
          "it has more than " + MOST_NODES + " nodes with its functions inlined, expected fewer");
    }
    NodeProto here = scope.resolve(node);
    FunctionProto function = functions.get(Callee.of(here));
    if (function != null) {
      call(function, here, scope);
    } else if (holdsSubgraph(here)) {
      branch(here, scope);
    } else {
      NodeProto.Builder result = here.toBuilder().clearOutput();
      here.getOutputList().forEach(output -> result.addOutput(scope.define(output)));
      emit(result.build());
    }
  }

  private void emit(NodeProto node) {
    nodes.add(node);
    if (!node.getDomain().isEmpty() && !node.getDomain().equals("ai.onnx")) {
      return;
    }
    switch (node.getOpType()) {
      case "Constant" ->
          attribute(node, "value").ifPresent(a -> learn(node.getOutput(0), a.getT()));
      case "Identity" -> learn(node, false);
      case "Not" -> learn(node, true);
      default -> {}
    }
  }

  private void learn(NodeProto node, boolean negated) {
    Boolean truth = truths.get(node.getInput(0));
    if (truth != null) {
      truths.put(node.getOutput(0), truth ^ negated);
    }
  }

  private void learn(String name, TensorProto value) {
    if (value.getDataType() == DataType.BOOL.getNumber()
        && Tensor.elements(value.getDimsList().stream().mapToLong(d -> d).toArray()) == 1) {
      ModelCheck.tensor(value, "constant " + name);
      truths.put(name, Tensor.of(value).longs()[0] != 0);
    }
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  private static boolean isControlFlow(Node node) {
    return node.is("If") || node.is("Loop") || node.is("Scan");
  }

  private void branch(NodeProto node, Scope scope) {
    String what = "node " + new Node(node, 0).name() + " (" + node.getOpType() + ")";
    boolean branches = new Node(node, 0).is("If") && node.getInputCount() > 0;
    Boolean condition = branches ? truths.get(node.getInput(0)) : null;
    if (condition == null && scope.keepsNames() && isControlFlow(new Node(node, 0))) {
      // ONNX Runtime computes it; what is to be differentiated says that it cannot be.
      NodeProto.Builder kept = node.toBuilder().clearOutput();
      node.getOutputList().forEach(output -> kept.addOutput(scope.define(output)));
      nodes.add(kept.build());
      return;
    }
    if (!branches) {
      throw new BadInputException(
          what
              + " holds a subgraph, expected none but those of If, and of Loop and Scan outside of"
              + " functions and branches");
    }
    if (condition == null) {
      throw new BadInputException(
          what
              + " branches within a function or a branch on "
              + node.getInput(0)
              + ", which is computed, expected a constant");
    }
    String taken = condition ? "then_branch" : "else_branch";
    GraphProto body =
        attribute(node, taken)
            .map(AttributeProto::getG)
            .filter(g -> g.getOutputCount() >= node.getOutputCount())
            .orElseThrow(
                () -> new BadInputException(what + " has no " + taken + " with its outputs"));
    if (body.getSparseInitializerCount() > 0) {
      throw new BadInputException(what + " has sparse initializers, expected dense ones");
    }
    Scope inner = scope.branch();
    List<String> results = body.getOutputList().stream().map(o -> o.getName()).toList();
    List<String> outputs = aim(inner, results, node, scope);
    for (TensorProto initializer : body.getInitializerList()) {
      String name = inner.define(initializer.getName());
      lifted.add(initializer.toBuilder().setName(name).build());
      learn(name, initializer);
    }
    body.getNodeList().forEach(n -> add(n, inner));
    join(inner, results, outputs);
  }

  private void call(FunctionProto function, NodeProto node, Scope scope) {
    Callee callee = Callee.of(node);
    if (calling.contains(callee)) {
      throw new BadInputException("its function " + function.getName() + " calls itself");
    }
    if (calling.size() >= DEEPEST) {
      throw new BadInputException(
          "its functions call each other more than " + DEEPEST + " deep, expected less");
    }
    requireSameOpsets(function);
    Map<String, AttributeProto> given = new HashMap<>();
    function.getAttributeProtoList().forEach(a -> given.put(a.getName(), a));
    node.getAttributeList().forEach(a -> given.put(a.getName(), a));
    Scope inner = scope.call(function.getName(), node.getName(), given);
    for (int i = 0; i < function.getInputCount(); i++) {
      inner.bind(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
    }
    List<String> outputs = aim(inner, function.getOutputList(), node, scope);
    calling.push(callee);
    function.getNodeList().forEach(n -> add(n, inner));
    calling.pop();
    join(inner, function.getOutputList(), outputs);
  }

  private void requireSameOpsets(FunctionProto function) {
    for (OperatorSetIdProto own : function.getOpsetImportList()) {
      for (OperatorSetIdProto other : model.getOpsetImportList()) {
        if (Callee.domain(own.getDomain()).equals(Callee.domain(other.getDomain()))
            && own.getVersion() != other.getVersion()) {
          throw new BadInputException(
              "its function "
                  + function.getName()
                  + " is of opset "
                  + own.getVersion()
                  + ", expected "
                  + other.getVersion()
                  + " as the model");
        }
      }
    }
  }

  /** Lets the results of a body be called as the outputs of the node that it replaces. */
  private static List<String> aim(Scope inner, List<String> results, NodeProto node, Scope scope) {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < Math.min(results.size(), node.getOutputCount()); i++) {
      String output = scope.define(node.getOutput(i));
      outputs.add(output);
      if (!output.isEmpty()) {
        inner.aim(results.get(i), output);
      }
    }
    return outputs;
  }

  /** Passes on results that could not be called so: inputs of the body, or one result twice. */
  private void join(Scope inner, List<String> results, List<String> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      String found = inner.resolve(results.get(i));
      if (!outputs.get(i).isEmpty() && !outputs.get(i).equals(found)) {
        emit(
            NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(outputs.get(i))
                .addInput(found)
                .addOutput(outputs.get(i))
                .build());
      }
    }
  }
}
