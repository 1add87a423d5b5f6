package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskProposalsTest {
  private static final String OPTION = "--task";

  /**
   * A model of pictures.
   *
   * @param outputs each as NAME OPERATOR and its dimensions behind the batch
   */
  private static OnnxModel model(String outputs) {
    GraphBuilder graph = new GraphBuilder("m.onnx");
    String input = graph.input("picture", 3, 64, 64);
    for (String output : outputs.split(";")) {
      String[] parts = output.strip().split(" ");
      long[] dims = new long[parts.length - 2];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Long.parseLong(parts[i + 2]);
      }
      graph.output(graph.node(parts[1], parts[0], List.of(input), Map.of()), dims);
    }
    return graph.build();
  }

  @ParameterizedTest
  @CsvSource({
    "logits Relu 10, classification",
    "logits Relu 7, classification",
    "scores Softmax 10, classification",
    "scores Softmax 10 1 1, classification",
    "score Sigmoid 1, binary",
    "labels Sigmoid 5, multi-label",
    "steps Softmax 40 97, 'sequence,alphabet=FILE'",
    "steps LogSoftmax -1 -1, 'sequence,classes=NUMBER,alphabet=FILE'",
    "mask Relu 21 64 64, segmentation",
    "mask Sigmoid 1 64 64, segmentation",
    "embedding Relu 128, embedding",
    "vector LpNormalization 512, embedding",
    "landmarks Relu 106 2, keypoints",
    "heatmaps Sigmoid 17 64 64, keypoints",
    "output0 Concat 84 8400, detection",
    "output0 Concat 25200 85, detection",
    "boxes Relu 100 4; scores Sigmoid 100 80, 'detection,unit=WORD'",
    "logits Relu 300 80; pred_boxes Sigmoid 300 4, detection",
  })
  void theLikeliestKindIsNamedWithWhatToGive(String outputs, String expected) {
    OnnxModel model = model(outputs);
    assertEquals(
        expected,
        TaskProposals.of(model).fitting().stream()
            .findFirst()
            .map(TaskProposals.Proposal::value)
            .orElse("none"));
    Refusal.says(() -> Tasks.read(OPTION, "auto", model), "m.onnx", "expected --task " + expected);
    String kind = expected.split(",")[0];
    if (TaskProposals.of(model).fitting().get(0).needs().isEmpty()) {
      assertDoesNotThrow(() -> Tasks.read(OPTION, kind, model), "what is proposed can be given");
    }
  }

  @Test
  void whereNoKindFitsTheOutputsAndTheKindsAreTold() {
    Refusal.says(
        () -> Tasks.read(OPTION, "auto", model("a Relu 3 4 5 6")),
        "a (float, Nx3x4x5x6)",
        "looks like no kind",
        "expected outputs of one of classification, binary, ");
  }

  @Test
  void theTaskInTheMetadataIsTold() {
    OnnxModel kept = Tasks.read(OPTION, "sequence", model("steps Softmax 16 11"));
    Refusal.says(
        () -> Tasks.read(OPTION, "auto", kept), "the metadata of model m.onnx", "sequence");
  }

  @Test
  void aModelThatIsNoClassifierIsRefusedWithTheOptionToGive() {
    UnaryOperator<OnnxModel> same = m -> m;
    Refusal.says(
        () -> TaskProposals.classifier(model("steps Softmax 16 11"), OPTION, same),
        "expected one number for each class",
        "or --task sequence,alphabet=FILE, as it gives steps");
    Refusal.says(
        () -> TaskProposals.classifier(model("score Relu 1"), OPTION, same), "--task binary");
    Refusal.says(
        () -> TaskProposals.classifier(model("a Relu 3 4 5 6"), OPTION, same),
        "--task with another kind: ",
        "sequence");
    OnnxModel classifier = model("logits Relu 10");
    assertSame(classifier, TaskProposals.classifier(classifier, OPTION, same));
    OnnxModel read = Tasks.read(OPTION, "sequence", model("steps Softmax 16 11"));
    assertSame(read, TaskProposals.classifier(read, OPTION, same));
    assertEquals(Optional.empty(), TaskProposals.of(read).text(OPTION));
    assertEquals(Optional.empty(), TaskProposals.of(classifier).text(OPTION));
    String told = TaskProposals.of(model("steps Softmax 16 11")).text(OPTION).orElseThrow();
    assertTrue(told.startsWith("the model gives steps"), told);
  }
}
