package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.plumbline.host.BadInputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One operator of a graph with its attributes; a view of the model's own node. */
public final class Node {
  private static final Set<String> MOVING =
      Set.of("MaxPool", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity");

  private final NodeProto proto;
  private final int index;

  Node(NodeProto proto, int index) {
    this.proto = proto;
    this.index = index;
  }

  NodeProto proto() {
    return proto;
  }

  /** Position among the nodes of the model, Constant nodes counted. */
  int index() {
    return index;
  }

  /** The operator's name: {@code Conv}. */
  public String operator() {
    return proto.getOpType();
  }

  /** The operator's domain; empty for ONNX's own. */
  public String domain() {
    return proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
  }

  /** The node's name, or for a node without one its first output in quotation marks. */
  public String name() {
    return proto.getName().isEmpty()
        ? "'" + (proto.getOutputCount() > 0 ? proto.getOutput(0) : "#" + index) + "'"
        : proto.getName();
  }

  /** Names of the inputs; an optional input that is left out is empty. */
  public List<String> inputs() {
    return proto.getInputList();
  }

  /** Name of an input, if the node has it. */
  public Optional<String> input(int position) {
    return position < proto.getInputCount() && !proto.getInput(position).isEmpty()
        ? Optional.of(proto.getInput(position))
        : Optional.empty();
  }

  /** Names of the outputs; an optional output that nobody wants is empty. */
  public List<String> outputs() {
    return proto.getOutputList();
  }

  public String output() {
    return proto.getOutput(0);
  }

  public boolean is(String operator) {
    return domain().isEmpty() && operator().equals(operator);
  }

  /** Whether this is QuantizeLinear, ONNX's or ONNX Runtime's with more types. */
  public boolean quantizes() {
    return isOwnOrRuntime("QuantizeLinear");
  }

  /** Whether this is DequantizeLinear, ONNX's or ONNX Runtime's with more types. */
  public boolean dequantizes() {
    return isOwnOrRuntime("DequantizeLinear");
  }

  /**
   * Whether this only moves or chooses numbers of its first input, so that they keep their range
   * and scale; runtimes do so on integers too.
   */
  public boolean movesNumbers() {
    return domain().isEmpty() && MOVING.contains(operator());
  }

  private boolean isOwnOrRuntime(String operator) {
    return is(operator) || domain().equals("com.microsoft") && operator().equals(operator);
  }

  /** A node of another operator of ONNX's own domain with the attributes of this one. */
  public Node as(String operator, List<String> inputs) {
    return new Node(
        proto.toBuilder()
            .setOpType(operator)
            .setDomain("")
            .clearInput()
            .addAllInput(inputs)
            .build(),
        index);
  }

  public boolean hasAttribute(String name) {
    return proto.getAttributeList().stream().anyMatch(a -> a.getName().equals(name));
  }

  public long intAttribute(String name, long otherwise) {
    return attribute(name, AttributeType.INT).map(AttributeProto::getI).orElse(otherwise);
  }

  public float floatAttribute(String name, float otherwise) {
    return attribute(name, AttributeType.FLOAT).map(AttributeProto::getF).orElse(otherwise);
  }

  public String stringAttribute(String name, String otherwise) {
    return attribute(name, AttributeType.STRING)
        .map(a -> a.getS().toStringUtf8())
        .orElse(otherwise);
  }

  /** Values of a list attribute, if the node has it. */
  public Optional<long[]> intsAttribute(String name) {
    return attribute(name, AttributeType.INTS)
        .map(a -> a.getIntsList().stream().mapToLong(Long::longValue).toArray());
  }

  public Optional<Tensor> tensorAttribute(String name) {
    return attribute(name, AttributeType.TENSOR)
        .map(
            a -> {
              ModelCheck.tensor(a.getT(), "attribute " + name + " of node " + name());
              return Tensor.of(a.getT());
            });
  }

  /** Values of a list attribute of floats, if the node has it. */
  public Optional<float[]> floatsAttribute(String name) {
    return attribute(name, AttributeType.FLOATS)
        .map(
            a -> {
              float[] values = new float[a.getFloatsCount()];
              for (int i = 0; i < values.length; i++) {
                values[i] = a.getFloats(i);
              }
              return values;
            });
  }

  /** Values of a list attribute of strings, if the node has it. */
  public Optional<List<String>> stringsAttribute(String name) {
    return attribute(name, AttributeType.STRINGS)
        .map(a -> a.getStringsList().stream().map(ByteString::toStringUtf8).toList());
  }

  private Optional<AttributeProto> attribute(String name, AttributeType type) {
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (attribute.getName().equals(name)) {
        if (attribute.getType() != type) {
          throw new BadInputException(
              "attribute "
                  + name
                  + " of node "
                  + name()
                  + " ("
                  + operator()
                  + ") is "
                  + attribute.getType()
                  + ", expected "
                  + type);
        }
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return operator() + " " + name();
  }
}
