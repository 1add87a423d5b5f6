package dev.plumbline.host.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.RuntimeSession.Optimization;
import dev.plumbline.host.onnx.RuntimeValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The oracle of structured pruning, by ONNX Runtime alone: the original, in which the outputs of
 * removed filters are multiplied by 0 (weights and bias of 0), and so is every channel of a
 * normalisation whose input is 0 for all pictures (scale and offset of 0). Which normalisation
 * belongs to which filter is seen by running it, not by following the graph.
 */
final class SilencedFilters {
  private static final int PICTURES = 4;

  private final OnnxModel original;
  private final long[] dims;
  private final float[] input;

  SilencedFilters(OnnxModel original, long... pictureDims) {
    this.original = original;
    this.dims = pictureDims.clone();
    dims[0] = Math.max(pictureDims[0], PICTURES);
    this.input = new float[Math.toIntExact(Arrays.stream(dims).reduce(1, (a, b) -> a * b))];
    Random random = new Random(3);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
  }

  /** Checks that a smaller model gives the logits of the silenced original. */
  void assertEqual(FilterPruning pruning) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    for (Node node : original.graph().nodes()) {
      pruning.layers().stream()
          .filter(layer -> node.is("Conv") && layer.name().equals(node.name()))
          .forEach(layer -> masks.put(node.output(), mask(layer)));
    }
    assertEquals(pruning.layers().size(), masks.size(), "names of convolutions are not unique");
    while (silenceNormalisation(masks)) {
      // A normalisation that is silent now may silence the next.
    }
    // Sums of float32 over fewer terms, in another order, through up to 121 layers.
    double apart = difference(logits(masked(masks)), logits(pruning.model()));
    assertTrue(apart <= 1e-4, "the logits differ by " + apart);
  }

  /** Checks that the filters matter for the logits: that the comparison could fail. */
  void assertNotOriginal(FilterPruning pruning) {
    double apart = difference(logits(original), logits(pruning.model()));
    assertTrue(apart > 1e-2, "the logits differ by " + apart + " only");
  }

  /** The largest difference of two models' logits, as a share of the largest logit. */
  private static double difference(float[][] expected, float[][] found) {
    double largest = 0;
    double worst = 0;
    assertEquals(expected.length, found.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i].length, found[i].length);
      for (int c = 0; c < expected[i].length; c++) {
        assertTrue(Float.isFinite(expected[i][c]) && Float.isFinite(found[i][c]), "no number");
        largest = Math.max(largest, Math.abs(expected[i][c]));
        worst = Math.max(worst, Math.abs(expected[i][c] - found[i][c]));
      }
    }
    assertTrue(largest > 1e-3, "logits of nothing: " + largest);
    return worst / largest;
  }

  private static float[] mask(FilterPruning.Layer layer) {
    float[] mask = new float[layer.filters()];
    Arrays.fill(mask, 1);
    layer.removed().forEach(filter -> mask[filter] = 0);
    return mask;
  }

  private boolean silenceNormalisation(Map<String, float[]> masks) {
    List<Node> norms =
        original.graph().nodes().stream().filter(n -> n.is("BatchNormalization")).toList();
    if (norms.isEmpty()) {
      return false;
    }
    boolean any = false;
    // What a mask stands behind has a name of its own.
    List<String> names = norms.stream().map(n -> n.inputs().get(0)).distinct().toList();
    try (RuntimeValues runtime = RuntimeValues.open(masked(masks), names)) {
      Map<String, float[]> values = runtime.run(input, dims);
      Map<String, long[]> shapes = runtime.shapes(dims);
      for (Node norm : norms) {
        String taken = norm.inputs().get(0);
        float[] mask = silent(values.get(taken), shapes.get(taken));
        float[] before = masks.put(norm.output(), mask);
        any |= before == null || !Arrays.equals(before, mask);
      }
    }
    return any;
  }

  /** 0 for the channels that are 0 everywhere. */
  private static float[] silent(float[] values, long[] shape) {
    float[] mask = new float[(int) shape[1]];
    int plane = (int) (shape[2] * shape[3]);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        mask[i / plane % mask.length] = 1;
      }
    }
    return mask;
  }

  /** The original with its values multiplied by masks. */
  private OnnxModel masked(Map<String, float[]> masks) {
    GraphProto graph = original.proto().getGraph();
    GraphProto.Builder builder = graph.toBuilder().clearNode().clearValueInfo();
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      String output = node.getOutput(0);
      if (!masks.containsKey(output)) {
        nodes.add(node);
        continue;
      }
      nodes.add(node.toBuilder().setOutput(0, output + "#raw").build());
      nodes.add(constant(output + "#mask", masks.get(output)));
      nodes.add(
          NodeProto.newBuilder()
              .setOpType("Mul")
              .setName(output + "#silenced")
              .addInput(output + "#raw")
              .addInput(output + "#mask")
              .addOutput(output)
              .build());
    }
    return OnnxModel.of(
        original.name(), original.proto().toBuilder().setGraph(builder.addAllNode(nodes)).build());
  }

  private static NodeProto constant(String name, float[] values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(List.of(1L, (long) values.length, 1L, 1L));
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return NodeProto.newBuilder()
        .setOpType("Constant")
        .setName(name)
        .addOutput(name)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(tensor))
        .build();
  }

  private float[][] logits(OnnxModel model) {
    try (RuntimeSession session =
        RuntimeSession.open(model, RuntimeProvider.cpu(), Optimization.NONE, Optional.empty())) {
      return session.logits(input, dims);
    }
  }
}
