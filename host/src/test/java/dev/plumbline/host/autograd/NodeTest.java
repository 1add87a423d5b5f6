package dev.plumbline.host.autograd;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * One of the ONNX project's node tests (onnx 1.18.0, Apache-2.0), packed by {@code
 * bench/node-tests/make}.
 *
 * @param name as ONNX calls it, {@code test_relu}
 * @param model of one node, or of several where the operator is a function
 * @param inputs as the model's inputs
 * @param outputs as the model's outputs
 */
record NodeTest(
    String name, ModelProto model, List<TensorProto> inputs, List<TensorProto> outputs) {

  /**
   * All there are.
   *
   * @param names also of those that are not packed
   * @param packed by name
   */
  record Suite(List<String> names, Map<String, NodeTest> packed) {}

  private static final Suite SUITE = read();

  static Suite suite() {
    return SUITE;
  }

  private static Suite read() {
    List<String> names = List.of();
    Map<String, Map<String, byte[]>> folders = new TreeMap<>();
    try (InputStream file = NodeTest.class.getResourceAsStream("/onnx-node-tests.zip");
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] content = zip.readAllBytes();
        int folder = entry.getName().indexOf('/');
        if (folder < 0) {
          names = new String(content, StandardCharsets.UTF_8).lines().toList();
        } else {
          folders
              .computeIfAbsent(entry.getName().substring(0, folder), n -> new TreeMap<>())
              .put(entry.getName().substring(folder + 1), content);
        }
      }
      Map<String, NodeTest> tests = new TreeMap<>();
      for (Map.Entry<String, Map<String, byte[]>> folder : folders.entrySet()) {
        tests.put(folder.getKey(), of(folder.getKey(), folder.getValue()));
      }
      return new Suite(names, tests);
    } catch (IOException e) {
      throw new IllegalStateException("the node tests cannot be read", e);
    }
  }

  private static NodeTest of(String name, Map<String, byte[]> files) throws IOException {
    return new NodeTest(
        name,
        ModelProto.parseFrom(files.get("model.onnx")),
        tensors(files, "input"),
        tensors(files, "output"));
  }

  private static List<TensorProto> tensors(Map<String, byte[]> files, String kind)
      throws IOException {
    List<TensorProto> tensors = new ArrayList<>();
    for (int i = 0; ; i++) {
      byte[] content = files.get("test_data_set_0/" + kind + "_" + i + ".pb");
      if (content == null) {
        return tensors;
      }
      tensors.add(TensorProto.parseFrom(content));
    }
  }

  /** The operators of the model, with their domain where it is not ONNX's. */
  Set<String> operators() {
    return model.getGraph().getNodeList().stream()
        .map(n -> (n.getDomain().isEmpty() ? "" : n.getDomain() + ".") + n.getOpType())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The operator that the test is for, if its model is that one node. */
  boolean isOf(String operator) {
    return model.getGraph().getNodeCount() == 1 && operators().contains(operator);
  }

  /** Which input varies: the first of floating point; the others stand in the model. -1: none. */
  int variable() {
    for (int i = 0; i < inputs.size(); i++) {
      int type = inputs.get(i).getDataType();
      if ((type == DataType.FLOAT.getNumber() || type == DataType.DOUBLE.getNumber())
          && inputs.get(i).getDimsList().stream().noneMatch(d -> d == 0)) {
        return i;
      }
    }
    return -1;
  }

  /** The model as a graph of one input, called as {@link #inputName}. */
  ModelProto ofOneInput() {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    List<ValueInfoProto> all = List.copyOf(graph.getInputList());
    graph.clearInput();
    int variable = variable();
    for (int i = 0; i < inputs.size(); i++) {
      if (i == variable) {
        graph.addInput(all.get(i));
      } else {
        graph.addInitializer(inputs.get(i).toBuilder().setName(all.get(i).getName()));
      }
    }
    if (variable < 0) {
      TypeProto.Tensor type =
          TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).build();
      graph.addInput(
          ValueInfoProto.newBuilder()
              .setName(inputName())
              .setType(TypeProto.newBuilder().setTensorType(type)));
    }
    return model.toBuilder().setGraph(graph).build();
  }

  String inputName() {
    return variable() < 0 ? "nothing_takes_this" : model.getGraph().getInput(variable()).getName();
  }

  List<String> outputNames() {
    return model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
  }
}
