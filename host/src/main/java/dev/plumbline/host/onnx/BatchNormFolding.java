package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Folds a BatchNormalization into the convolution before it, where nothing else takes the
 * convolution's output: w' = w g / sqrt(var + eps), b' = (b - mean) g / sqrt(var + eps) + beta,
 * computed in double.
 */
public final class BatchNormFolding {
  private BatchNormFolding() {}

  /** The same function with fewer nodes. */
  public static OnnxModel fold(OnnxModel model) {
    Graph graph = model.graph();
    Map<String, Node> foldedConvs = new HashMap<>();
    Set<String> dropped = new HashSet<>();
    for (Node node : graph.nodes()) {
      convolutionBefore(graph, node)
          .ifPresent(
              conv -> {
                foldedConvs.put(conv.output(), node);
                dropped.add(node.output());
              });
    }
    if (foldedConvs.isEmpty()) {
      return model;
    }
    return rewrite(model.inlined(), foldedConvs, dropped);
  }

  /**
   * The convolution that a node can be one with: the node is a BatchNormalization in inference, all
   * parameters of both are float constants of sizes that fit, and nothing else takes what is
   * between them.
   */
  public static Optional<Node> convolutionBefore(Graph graph, Node norm) {
    boolean plain =
        norm.is("BatchNormalization")
            && norm.outputs().size() == 1
            && norm.intAttribute("training_mode", 0) == 0
            && norm.intAttribute("spatial", 1) == 1;
    return plain
        ? graph
            .producer(norm.inputs().get(0))
            .filter(conv -> conv.is("Conv") && fits(graph, conv, norm))
            .filter(conv -> graph.consumers(conv.output()).size() == 1)
            .filter(conv -> !graph.isOutput(conv.output()))
        : Optional.empty();
  }

  private static boolean fits(Graph graph, Node conv, Node norm) {
    Optional<Tensor> weight = parameter(graph, conv, 1).filter(w -> w.dims().length > 2);
    return weight.isPresent()
        && (conv.input(2).isEmpty() || isPerChannel(graph, conv, 2, weight.get()))
        && IntStream.rangeClosed(1, 4).allMatch(i -> isPerChannel(graph, norm, i, weight.get()));
  }

  private static boolean isPerChannel(Graph graph, Node node, int position, Tensor weight) {
    return parameter(graph, node, position)
        .filter(values -> values.size() == weight.dims()[0])
        .isPresent();
  }

  private static Optional<Tensor> parameter(Graph graph, Node node, int position) {
    return node.input(position)
        .flatMap(graph::constant)
        .filter(tensor -> tensor.type() == ElementType.FLOAT);
  }

  private static OnnxModel rewrite(
      OnnxModel model, Map<String, Node> foldedConvs, Set<String> dropped) {
    Graph graph = model.graph();
    GraphProto.Builder builder = model.proto().getGraph().toBuilder();
    GraphRewriting names = new GraphRewriting(model);
    Map<String, Tensor> values = new HashMap<>();
    List<TensorProto> added = new ArrayList<>();
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto proto : builder.getNodeList()) {
      String output = proto.getOutput(0);
      if (dropped.contains(output)) {
        continue;
      }
      Node norm = foldedConvs.get(output);
      if (norm == null) {
        nodes.add(proto);
        continue;
      }
      Node conv = graph.producer(output).orElseThrow();
      Folded folded = folded(graph, conv, norm);
      // What another node takes as well stays for that one.
      String weight = conv.inputs().get(1);
      String ownWeight =
          graph.consumers(weight).size() == 1 ? weight : names.freshName(weight + "_folded_weight");
      String ownBias =
          conv.input(2)
              .filter(name -> graph.consumers(name).size() == 1)
              .orElseGet(() -> names.freshName(weight + "_folded_bias"));
      Map<String, Tensor> parameters = Map.of(ownWeight, folded.weight(), ownBias, folded.bias());
      for (String name : List.of(ownWeight, ownBias)) {
        if (graph.constant(name).isPresent()) {
          values.put(name, parameters.get(name));
        } else {
          added.add(parameters.get(name).toProto(name));
        }
      }
      nodes.add(
          proto.toBuilder()
              .clearInput()
              .addAllInput(List.of(conv.inputs().get(0), ownWeight, ownBias))
              .setOutput(0, norm.output())
              .build());
    }
    builder.clearNode().addAllNode(nodes).clearValueInfo();
    Constants.write(builder, values);
    builder.addAllInitializer(added);
    return OnnxModel.of(
        model.name(), model.proto().toBuilder().setGraph(UnusedConstants.drop(builder)).build());
  }

  /**
   * The parameters of one convolution in place of two nodes.
   *
   * @param weight of the dimensions of the convolution's
   * @param bias one number per output channel
   */
  public record Folded(Tensor weight, Tensor bias) {}

  /**
   * @param conv what {@link #convolutionBefore} found for {@code norm}
   */
  public static Folded folded(Graph graph, Node conv, Node norm) {
    Tensor weight = graph.constants().get(conv.inputs().get(1));
    float[] w = weight.floats();
    float[] gamma = graph.constants().get(norm.inputs().get(1)).floats();
    float[] beta = graph.constants().get(norm.inputs().get(2)).floats();
    float[] mean = graph.constants().get(norm.inputs().get(3)).floats();
    float[] variance = graph.constants().get(norm.inputs().get(4)).floats();
    double epsilon = norm.floatAttribute("epsilon", 1e-5f);
    float[] bias =
        conv.input(2).map(b -> graph.constants().get(b).floats()).orElse(new float[mean.length]);
    int perChannel = w.length / mean.length;
    float[] newBias = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        w[i] = (float) (w[i] * factor);
      }
      newBias[c] = (float) ((bias[c] - (double) mean[c]) * factor + beta[c]);
    }
    return new Folded(
        Tensor.ofFloats(weight.dims(), w), Tensor.ofFloats(new long[] {newBias.length}, newBias));
  }
}
