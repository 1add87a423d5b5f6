package dev.plumbline.agent;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads a model file as far as it takes to refuse one that reaches beyond itself: tensors kept in
 * other files, and operators of libraries that the agent does not have. Weights are skipped, so
 * that a big model costs no memory here.
 */
final class ModelScreen {
  // Wire types, and tags (field number << 3 | wire type) of onnx.proto. A field of another wire
  // type is unknown to every reader and skipped.
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int MODEL_GRAPH = 7 << 3 | BYTES;
  private static final int MODEL_TRAINING = 20 << 3 | BYTES;
  private static final int MODEL_FUNCTION = 25 << 3 | BYTES;
  private static final int TRAINING_INITIALIZATION = 1 << 3 | BYTES;
  private static final int TRAINING_ALGORITHM = 2 << 3 | BYTES;
  private static final int FUNCTION_NODE = 7 << 3 | BYTES;
  private static final int FUNCTION_DOMAIN = 10 << 3 | BYTES;
  private static final int FUNCTION_ATTRIBUTE = 11 << 3 | BYTES;
  private static final int GRAPH_NODE = 1 << 3 | BYTES;
  private static final int GRAPH_INITIALIZER = 5 << 3 | BYTES;
  private static final int GRAPH_SPARSE_INITIALIZER = 15 << 3 | BYTES;
  private static final int NODE_OPERATOR = 4 << 3 | BYTES;
  private static final int NODE_ATTRIBUTE = 5 << 3 | BYTES;
  private static final int NODE_DOMAIN = 7 << 3 | BYTES;
  private static final int ATTRIBUTE_TENSOR = 5 << 3 | BYTES;
  private static final int ATTRIBUTE_GRAPH = 6 << 3 | BYTES;
  private static final int ATTRIBUTE_TENSORS = 10 << 3 | BYTES;
  private static final int ATTRIBUTE_GRAPHS = 11 << 3 | BYTES;
  private static final int ATTRIBUTE_SPARSE_TENSOR = 22 << 3 | BYTES;
  private static final int ATTRIBUTE_SPARSE_TENSORS = 23 << 3 | BYTES;
  private static final int SPARSE_VALUES = 1 << 3 | BYTES;
  private static final int SPARSE_INDICES = 2 << 3 | BYTES;
  private static final int TENSOR_NAME = 8 << 3 | BYTES;
  private static final int TENSOR_EXTERNAL_DATA = 13 << 3 | BYTES;
  private static final int TENSOR_DATA_LOCATION = 14 << 3 | VARINT;
  private static final int EXTERNAL = 1;

  /** Domains of the operators that ONNX Runtime itself brings. */
  private static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft");

  /** A node of this kind names a compiled file for ONNX Runtime to open. */
  private static final String EP_CONTEXT = "EPContext";

  private static final int MAX_DEPTH = 100;
  private static final int MAX_NAME_BYTES = 4096;

  private final CodedInputStream in;
  private final Set<String> functionDomains = new HashSet<>();

  /** Operator by domain, the first met; judged at the end, when all functions are known. */
  private final Map<String, String> foreign = new LinkedHashMap<>();

  private boolean hasGraph;
  private int depth;

  private ModelScreen(CodedInputStream in) {
    this.in = in;
  }

  /** A message that is read field by field. */
  @FunctionalInterface
  private interface Fields {
    /** Reads the value after the tag, or leaves it to be skipped. */
    boolean read(int tag) throws IOException;
  }

  /**
   * @throws RefusedException if the file is no ONNX model or one that reaches beyond itself
   * @throws IOException if the file cannot be read
   */
  static void check(Path model) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(model), 1 << 16)) {
      ModelScreen screen = new ModelScreen(CodedInputStream.newInstance(file));
      screen.fields(screen::model);
      screen.judge();
    } catch (InvalidProtocolBufferException e) {
      throw new RefusedException(
          Status.Code.INVALID_ARGUMENT,
          "model refused: it is no whole ONNX model (" + e.getMessage() + ")",
          e);
    }
  }

  private void judge() {
    if (!hasGraph) {
      throw refused("it is no ONNX model, it has no graph");
    }
    foreign.keySet().removeAll(functionDomains);
    foreign.forEach(
        (domain, operator) -> {
          throw refused(
              "operator "
                  + operator
                  + " is of domain '"
                  + domain
                  + "'; expected operators that ONNX Runtime brings itself");
        });
  }

  private static RefusedException refused(String why) {
    return RefusedException.invalid("model refused: " + why);
  }

  private boolean model(int tag) throws IOException {
    switch (tag) {
      case MODEL_GRAPH -> {
        hasGraph = true;
        message(this::graph);
      }
      case MODEL_TRAINING -> message(this::training);
      case MODEL_FUNCTION -> message(this::function);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean training(int tag) throws IOException {
    switch (tag) {
      case TRAINING_INITIALIZATION, TRAINING_ALGORITHM -> message(this::graph);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean function(int tag) throws IOException {
    switch (tag) {
      case FUNCTION_NODE -> node();
      case FUNCTION_DOMAIN -> functionDomains.add(name());
      case FUNCTION_ATTRIBUTE -> message(this::attribute);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean graph(int tag) throws IOException {
    switch (tag) {
      case GRAPH_NODE -> node();
      case GRAPH_INITIALIZER -> tensor();
      case GRAPH_SPARSE_INITIALIZER -> message(this::sparseTensor);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void node() throws IOException {
    String[] operatorAndDomain = {"", ""};
    message(
        tag -> {
          switch (tag) {
            case NODE_OPERATOR -> operatorAndDomain[0] = name();
            case NODE_DOMAIN -> operatorAndDomain[1] = name();
            case NODE_ATTRIBUTE -> message(this::attribute);
            default -> {
              return false;
            }
          }
          return true;
        });
    String operator = operatorAndDomain[0];
    if (operator.equals(EP_CONTEXT)) {
      throw refused("it holds a node of kind " + EP_CONTEXT + ", which names a file of its own");
    }
    if (!DOMAINS.contains(operatorAndDomain[1])) {
      foreign.putIfAbsent(operatorAndDomain[1], operator);
    }
  }

  private boolean attribute(int tag) throws IOException {
    switch (tag) {
      case ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS -> tensor();
      case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> message(this::graph);
      case ATTRIBUTE_SPARSE_TENSOR, ATTRIBUTE_SPARSE_TENSORS -> message(this::sparseTensor);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean sparseTensor(int tag) throws IOException {
    switch (tag) {
      case SPARSE_VALUES, SPARSE_INDICES -> tensor();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void tensor() throws IOException {
    String[] name = {""};
    boolean[] external = {false};
    message(
        tag -> {
          switch (tag) {
            case TENSOR_NAME -> name[0] = name();
            case TENSOR_DATA_LOCATION -> external[0] |= in.readEnum() == EXTERNAL;
            case TENSOR_EXTERNAL_DATA -> {
              external[0] = true;
              return false;
            }
            default -> {
              return false;
            }
          }
          return true;
        });
    if (external[0]) {
      throw refused(
          "tensor '"
              + name[0]
              + "' is external data, kept in another file; expected a model in one file");
    }
  }

  /** A length is bounded before it is believed, lest one string take all memory. */
  private String name() throws IOException {
    int bytes = in.readRawVarint32();
    if (bytes < 0 || bytes > MAX_NAME_BYTES) {
      throw refused("it holds a name of more than " + MAX_NAME_BYTES + " bytes");
    }
    return new String(in.readRawBytes(bytes), StandardCharsets.UTF_8);
  }

  private void message(Fields fields) throws IOException {
    if (++depth > MAX_DEPTH) {
      throw refused("its graphs are nested too deeply");
    }
    int outer = in.pushLimit(in.readRawVarint32());
    fields(fields);
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("it ends in the middle of a field");
    }
    in.popLimit(outer);
    depth--;
  }

  private void fields(Fields fields) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!fields.read(tag) && !in.skipField(tag)) {
        throw new InvalidProtocolBufferException("a group ends that was never begun");
      }
    }
  }
}
