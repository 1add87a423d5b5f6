package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.plumbline.host.BadInputException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The names of one body of nodes, a graph's, a branch's or a function's, in the inlined graph. */
final class Scope {
  private final String body;
  private final Scope outer;
  private final boolean renames;
  private final String prefix;
  private final Map<String, AttributeProto> attributes;
  private final UnaryOperator<String> fresh;
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> targets = new HashMap<>();

  private Scope(
      String body,
      Scope outer,
      boolean renames,
      String prefix,
      Map<String, AttributeProto> attributes,
      UnaryOperator<String> fresh) {
    this.body = body;
    this.outer = outer;
    this.renames = renames;
    this.prefix = prefix;
    this.attributes = attributes;
    this.fresh = fresh;
  }

  /**
   * The graph's own scope, whose names stay.
   *
   * @param fresh makes a name that nothing has, from a wish
   */
  static Scope ofGraph(UnaryOperator<String> fresh) {
    return new Scope("the graph", null, false, "", Map.of(), fresh);
  }

  /** Whether names here are those of the model, so that subgraphs may speak of them. */
  boolean keepsNames() {
    return outer == null && !renames;
  }

  /** The scope of a branch, which sees everything that is known here. */
  Scope branch() {
    return new Scope(body, this, true, prefix, attributes, fresh);
  }

  /**
   * The scope of a function that is called here, which sees its inputs and attributes alone.
   *
   * @param function for messages
   * @param call the node's name
   */
  Scope call(String function, String call, Map<String, AttributeProto> given) {
    return new Scope(
        "function " + function, null, true, call.isEmpty() ? prefix : call + "/", given, fresh);
  }

  /** A name here stands for a value of the inlined graph; for none if that is empty. */
  void bind(String name, String value) {
    names.put(name, value);
  }

  /** What is defined here under a name is to be called so in the inlined graph. */
  void aim(String name, String value) {
    targets.putIfAbsent(name, value);
  }

  /** A new value of this scope; its name in the inlined graph. */
  String define(String name) {
    if (!renames || name.isEmpty()) {
      return name;
    }
    String target = targets.remove(name);
    String value = target != null ? target : fresh.apply(prefix + name);
    names.put(name, value);
    return value;
  }

  /** The value of the inlined graph that a name means here. */
  String resolve(String name) {
    if (name.isEmpty() || !renames) {
      return name;
    }
    String value = names.get(name);
    if (value != null) {
      return value;
    }
    if (outer == null) {
      throw new BadInputException(
          body + " takes " + name + ", which nothing before it in the function makes");
    }
    return outer.resolve(name);
  }

  /** A node with the inputs and attributes of the inlined graph, but its own outputs. */
  NodeProto resolve(NodeProto node) {
    NodeProto.Builder result = node.toBuilder().clearInput().clearAttribute();
    node.getInputList().forEach(input -> result.addInput(resolve(input)));
    if (!node.getName().isEmpty()) {
      result.setName(prefix + node.getName());
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.getRefAttrName().isEmpty()) {
        result.addAttribute(attribute);
      } else if (attributes.containsKey(attribute.getRefAttrName())) {
        result.addAttribute(
            attributes.get(attribute.getRefAttrName()).toBuilder().setName(attribute.getName()));
      }
    }
    return result.build();
  }
}
