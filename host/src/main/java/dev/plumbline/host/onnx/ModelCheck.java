package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.plumbline.host.BadInputException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a model has to be before anything computes with it or hands it to ONNX Runtime. Every
 * violation is one {@link BadInputException} that says what is wrong where.
 */
final class ModelCheck {
  /** Opsets of ONNX's own domain that Plumbline reads. */
  static final int OLDEST_OPSET = 7;

  /**
   * Of the operators that Plumbline computes, opsets 24 and 25 add element types alone; their other
   * operators are refused by name where they would be differentiated.
   */
  static final int NEWEST_OPSET = 25;

  private static final Map<String, Integer> LEAST_INPUTS =
      Map.ofEntries(
          Map.entry("QLinearAdd", 8),
          Map.entry("QLinearMul", 8),
          Map.entry("QLinearSigmoid", 5),
          Map.entry("QLinearLeakyRelu", 5),
          Map.entry("QLinearSoftmax", 5),
          Map.entry("QLinearAveragePool", 5),
          Map.entry("QLinearGlobalAveragePool", 5),
          Map.entry("QLinearConcat", 5),
          Map.entry("QLinearConv", 8),
          Map.entry("QLinearMatMul", 8),
          Map.entry("QGemm", 6),
          Map.entry("ConvInteger", 2),
          Map.entry("MatMulInteger", 2),
          Map.entry("DynamicQuantizeMatMul", 3),
          Map.entry("MatMulIntegerToFloat", 4),
          Map.entry("QuantizeLinear", 2),
          Map.entry("DequantizeLinear", 2),
          Map.entry("DynamicQuantizeLinear", 1));

  private ModelCheck() {}

  static void model(ModelProto model) {
    if (!model.hasGraph()) {
      throw new BadInputException("it holds no graph, expected an ONNX model with one");
    }
    long opset =
        model.getOpsetImportList().stream()
            .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
            .mapToLong(OperatorSetIdProto::getVersion)
            .findFirst()
            .orElseThrow(() -> new BadInputException("it names no ONNX opset, expected one"));
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw new BadInputException(
          "it is of opset " + opset + ", expected " + OLDEST_OPSET + " to " + NEWEST_OPSET);
    }
    inOneFile(model.getGraph());
    model.getFunctionsList().forEach(f -> f.getNodeList().forEach(ModelCheck::inOneFile));
  }

  /** Also what is not computed here is read by ONNX Runtime: no part may name another file. */
  private static void inOneFile(GraphProto graph) {
    graph.getInitializerList().forEach(i -> inOneFile(i, "initializer " + i.getName()));
    graph.getNodeList().forEach(ModelCheck::inOneFile);
  }

  private static void inOneFile(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      inOneFile(
          attribute.getT(),
          "attribute " + attribute.getName() + " of node " + new Node(node, 0).name());
      inOneFile(attribute.getG());
      attribute.getGraphsList().forEach(ModelCheck::inOneFile);
    }
  }

  private static void inOneFile(TensorProto tensor, String what) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new BadInputException(
          what + " keeps its data in another file, expected a model in one file");
    }
  }

  /** Checks a graph that {@link Inlining} has passed. */
  static void graph(GraphProto graph) {
    Set<String> known = new HashSet<>();
    for (TensorProto initializer : graph.getInitializerList()) {
      if (!Constants.isText(initializer)) {
        tensor(initializer, "initializer " + initializer.getName());
      }
      if (!known.add(initializer.getName())) {
        throw new BadInputException("it has two initializers named " + initializer.getName());
      }
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new BadInputException("it has sparse initializers, expected dense ones");
    }
    int inputs = 0;
    for (ValueInfoProto input : graph.getInputList()) {
      if (known.add(input.getName())) {
        inputs++;
        if (!input.getType().hasTensorType()) {
          throw new BadInputException(
              "its input " + ValueInfo.of(input).text() + " is no tensor, expected a picture");
        }
      }
    }
    if (inputs == 0) {
      throw new BadInputException(
          "it has no inputs besides its initializers, expected one that data go to");
    }
    for (NodeProto node : graph.getNodeList()) {
      String name = node.getName().isEmpty() ? node.getOpType() : node.getName();
      requireInputs(node, name);
      for (String input : node.getInputList()) {
        if (!input.isEmpty() && !known.contains(input)) {
          throw new BadInputException(
              "node "
                  + name
                  + " takes "
                  + input
                  + ", which nothing before it makes, expected nodes in the order of computation");
        }
      }
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && !known.add(output)) {
          throw new BadInputException("two things in it make a value named " + output);
        }
      }
    }
    if (graph.getOutputCount() < 1) {
      throw new BadInputException("it has no output, expected one: the logits");
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!known.contains(output.getName())) {
        throw new BadInputException("nothing in it makes its output " + output.getName());
      }
      if (!outputs.add(output.getName())) {
        throw new BadInputException("it has two outputs named " + output.getName());
      }
    }
  }

  /** ONNX Runtime reads the inputs of its own quantized operators without counting them. */
  private static void requireInputs(NodeProto node, String name) {
    int least = LEAST_INPUTS.getOrDefault(node.getOpType(), 0);
    if (node.getInputCount() < least) {
      throw new BadInputException(
          "node "
              + name
              + " ("
              + node.getOpType()
              + ") has "
              + node.getInputCount()
              + " inputs, expected at least "
              + least);
    }
  }

  /** Checks type, dimensions and size of a tensor. */
  static void tensor(TensorProto tensor, String what) {
    inOneFile(tensor, what);
    ElementType type =
        ElementType.of(tensor.getDataType())
            .orElseThrow(
                () ->
                    new BadInputException(
                        what
                            + " is of type "
                            + ElementType.nameOf(tensor.getDataType())
                            + ", expected float, double, float16, bfloat16, an integer or bool"));
    long elements = 1;
    for (long dim : tensor.getDimsList()) {
      if (dim < 0) {
        throw new BadInputException(what + " has a dimension of " + dim + ", expected at least 0");
      }
      try {
        elements = Math.multiplyExact(elements, dim);
      } catch (ArithmeticException e) {
        elements = Long.MAX_VALUE;
        break;
      }
    }
    if (elements > Integer.MAX_VALUE / 8) {
      throw new BadInputException(
          what
              + " says it has dimensions "
              + tensor.getDimsList()
              + ", expected at most "
              + Integer.MAX_VALUE / 8
              + " elements");
    }
    long found = tensor.hasRawData() ? tensor.getRawData().size() : typedCount(tensor, type);
    long expected = tensor.hasRawData() ? type.bytes(elements) : typed(elements, type);
    if (found != expected) {
      throw new BadInputException(
          what
              + " of dimensions "
              + tensor.getDimsList()
              + " holds "
              + found
              + (tensor.hasRawData() ? " bytes" : " values")
              + ", expected "
              + expected);
    }
  }

  private static int typedCount(TensorProto tensor, ElementType type) {
    return switch (type) {
      case FLOAT -> tensor.getFloatDataCount();
      case DOUBLE -> tensor.getDoubleDataCount();
      case INT64 -> tensor.getInt64DataCount();
      case UINT32, UINT64 -> tensor.getUint64DataCount();
      default -> tensor.getInt32DataCount();
    };
  }

  /** How many numbers hold so many elements outside raw data, where pairs of 4 bits are packed. */
  private static long typed(long elements, ElementType type) {
    return type.bits() == 4 ? type.bytes(elements) : elements;
  }
}
