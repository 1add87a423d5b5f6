package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Decision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * A softmax at the end of both models changes neither what a search walks along nor what it finds:
 * the oracle is the search of the same models without it. Their logits are large, so that most
 * probabilities are 0 or 1 in float32 and a softmax of them would have no gradient.
 */
class SoftmaxSearchTest {
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          List.of(0.5f, 0.4f, 0.3f), List.of(0.2f, 0.3f, 0.25f), Layout.NCHW, ChannelOrder.RGB);

  private static OnnxModel sure(OnnxModel model) {
    Map<String, Tensor> scaled = new HashMap<>();
    for (String name : List.of("v", "c")) {
      Tensor tensor = model.graph().constants().get(name);
      float[] values = tensor.floats().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] *= 16;
      }
      scaled.put(name, Tensor.ofFloats(tensor.dims(), values));
    }
    return model.withConstants(scaled);
  }

  private static OnnxModel withSoftmax(OnnxModel model) {
    ModelProto.Builder proto = model.proto().toBuilder();
    proto
        .getGraphBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Softmax")
                .setName("softmax")
                .addInput("logits")
                .addOutput("probabilities"));
    proto.getGraphBuilder().getOutputBuilder(0).setName("probabilities");
    return OnnxModel.of(model.name() + " with softmax", proto.build());
  }

  private static Map<Integer, Picture> effective(OnnxModel original, OnnxModel compressed) {
    Map<Integer, Picture> found = new HashMap<>();
    SearchSettings settings =
        TestSettings.with(
            TestSettings.of(20, List.of(0.06f, 0.06f, 0.06f), 0.2, 4).withBatch(OptionalInt.of(16)),
            0.9);
    try (DifferentiableGraph o = DifferentiableGraph.frozen(original, TestDevice.device());
        DifferentiableGraph c = DifferentiableGraph.frozen(compressed, TestDevice.device())) {
      Search.run(
          o,
          c,
          PREPROCESSING,
          TinyModels.pictures(40, 3),
          settings,
          new MutationSink() {
            @Override
            public void seed(int index, Input seed, Decision decision) {}

            @Override
            public void mutated(MutatedPicture m) {
              if (m.pictureClass() == PictureClass.EFFECTIVE
                  && m.originalDecision().confidence() >= 0.9) {
                found.put(m.seed(), (Picture) m.picture());
              }
            }
          },
          Progress.SILENT);
    }
    return found;
  }

  @Test
  void aSoftmaxAtTheEndChangesNothingThatIsFound() {
    OnnxModel original = sure(TinyModels.classifier("original", "Relu", Layout.NCHW, 1));
    OnnxModel compressed =
        sure(TinyModels.compressed(TinyModels.classifier("c", "Relu", Layout.NCHW, 1), 0.03, 2));
    Map<Integer, Picture> plain = effective(original, compressed);
    Map<Integer, Picture> behindSoftmax = effective(withSoftmax(original), withSoftmax(compressed));
    assertTrue(plain.size() >= 5, plain.size() + " seeds deviate");
    assertEquals(plain.keySet(), behindSoftmax.keySet());
  }
}
