package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Builds a model node by node. The value that a node makes is called by the node's name. */
public final class GraphBuilder {
  /** Opset of the models made here; ONNX Runtime and every common tool read it. */
  public static final int OPSET = 17;

  private static final int IR_VERSION = 8;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> domains = new TreeSet<>();

  /**
   * @param name of the graph
   */
  public GraphBuilder(String name) {
    graph.setName(name);
  }

  /**
   * Declares the input, of floats.
   *
   * @param dims without the batch, which stays open
   */
  public String input(String name, long... dims) {
    graph.addInput(valueInfo(name, dims));
    return name;
  }

  /**
   * Declares the output, of floats.
   *
   * @param dims without the batch, which stays open
   */
  public void output(String name, long... dims) {
    graph.addOutput(valueInfo(name, dims));
  }

  public String initializer(String name, Tensor value) {
    graph.addInitializer(value.toProto(name));
    return name;
  }

  /**
   * Adds a node.
   *
   * @param attributes numbers ({@link Integer}, {@link Long}, {@link Float}), strings, {@code
   *     long[]}, {@code float[]} or {@code String[]}
   * @return the name of its output, which is {@code name}
   */
  public String node(
      String operator, String name, List<String> inputs, Map<String, Object> attributes) {
    graph.addNode(nodeOf(operator, name, inputs, name, attributes));
    return name;
  }

  /**
   * Adds a node of any domain with any number of outputs; the model imports version 1 of a domain
   * that is not ONNX's own. The node is called by its first output.
   */
  public void node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    String name = outputs.get(0);
    NodeProto node = nodeOf(operator, name, inputs, name, attributes);
    graph.addNode(node.toBuilder().setDomain(domain).clearOutput().addAllOutput(outputs));
    if (!domain.isEmpty()) {
      domains.add(domain);
    }
  }

  static NodeProto nodeOf(
      String operator,
      String name,
      List<String> inputs,
      String output,
      Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(output);
    new TreeMap<>(attributes).forEach((key, value) -> node.addAttribute(attribute(key, value)));
    return node.build();
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer || value instanceof Long) {
      return attribute.setType(AttributeType.INT).setI(((Number) value).longValue()).build();
    }
    if (value instanceof Float number) {
      return attribute.setType(AttributeType.FLOAT).setF(number).build();
    }
    if (value instanceof String text) {
      return attribute.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text)).build();
    }
    if (value instanceof long[] numbers) {
      attribute.setType(AttributeType.INTS);
      for (long number : numbers) {
        attribute.addInts(number);
      }
      return attribute.build();
    }
    if (value instanceof float[] numbers) {
      attribute.setType(AttributeType.FLOATS);
      for (float number : numbers) {
        attribute.addFloats(number);
      }
      return attribute.build();
    }
    if (value instanceof String[] texts) {
      attribute.setType(AttributeType.STRINGS);
      for (String text : texts) {
        attribute.addStrings(ByteString.copyFromUtf8(text));
      }
      return attribute.build();
    }
    if (value instanceof Tensor tensor) {
      return attribute.setType(AttributeType.TENSOR).setT(tensor.toProto("")).build();
    }
    throw new IllegalArgumentException("attribute " + name + " of " + value.getClass());
  }

  private static ValueInfoProto valueInfo(String name, long... dims) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("N"));
    for (long dim : dims) {
      shape.addDim(Dimension.newBuilder().setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  /** The checked model of what was added. */
  public OnnxModel build() {
    return build(OPSET);
  }

  /** As {@link #build()}, of another opset. */
  public OnnxModel build(int opset) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("plumbline")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph);
    for (String domain : domains) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(1));
    }
    return OnnxModel.of(graph.getName(), model.build());
  }
}
