package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput.Read;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionKindTest {
  @TempDir Path temp;

  /**
   * A graph whose outputs are one node each, of which the shapes are declared and nothing is run.
   */
  private static OnnxModel model(Object... outputs) {
    GraphBuilder graph = new GraphBuilder("detector");
    String input = graph.input("images", 3, 640, 320);
    for (int i = 0; i < outputs.length; i += 3) {
      String name = (String) outputs[i];
      graph.node((String) outputs[i + 1], name, List.of(input), Map.of());
      graph.output(name, (long[]) outputs[i + 2]);
    }
    return graph.build();
  }

  private static long[] dims(long... dims) {
    return dims;
  }

  private static BoundTask bind(String settings, OnnxModel model) {
    String text = "detection" + (settings.isEmpty() ? "" : "," + settings);
    TaskSettings read = TaskSettings.parse("--task", TaskText.of(text));
    read.requireKnown(new DetectionKind().settings());
    return new DetectionKind().bind(model, read);
  }

  private static Detection task(String settings, OnnxModel model) {
    return (Detection) bind(settings, model).task();
  }

  @Test
  void anOverlapThatTheGraphHoldsIsTheDecimalThatItWasWrittenAs() throws IOException {
    Path kept = Path.of("src/test/resources/kinds/heads/selected.onnx");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(kept)).order(ByteOrder.LITTLE_ENDIAN);
    int changed = 0;
    for (int i = 0; i + Float.BYTES <= bytes.capacity(); i++) {
      if (bytes.getFloat(i) == 0.45f) {
        bytes.putFloat(i, 0.7f);
        changed++;
      }
    }
    assertEquals(1, changed);
    Path file = Files.write(temp.resolve("selected.onnx"), bytes.array());
    Detection task = task("", OnnxModel.read(file));
    assertEquals(0.7, task.overlap());
    assertTrue(Tasks.text(task).contains("\"nms\":0.7,"), Tasks.text(task));
  }

  @Test
  void layoutsAreRecognisedByTheShapesOfOutputs() {
    assertHead("yolov8 80 1x1 nms 0.45", "", model("output0", "Relu", dims(84, 8400)));
    assertHead("yolov5 80 1x1 nms 0.45", "", model("output", "Relu", dims(25200, 85)));
    assertHead("end2end 1 1x1 nms 1.0", "", model("output0", "Relu", dims(300, 6)));
    assertHead(
        "rtdetr 80 320x640 nms 1.0", "layout=rtdetr", model("output0", "Relu", dims(300, 84)));
    assertHead("yolov5 1 1x1 nms 0.45", "layout=yolov5", model("o", "Relu", dims(300, 6)));
    assertHead("yolov8 7 1x1 nms 0.6", "nms=0.6", model("output0", "Relu", dims(11, -1)));
    assertHead(
        "yolov8 9 1x1 nms 0.45", "layout=yolov8,classes=9", model("o", "Relu", dims(-1, 100)));
    assertHead(
        "boxes-scores 91 320x640 nms 1.0",
        "",
        model("logits", "Relu", dims(300, 91), "pred_boxes", "Sigmoid", dims(300, 4)));
    assertHead(
        "boxes-scores 20 320x640 nms 0.45",
        "unit=relative",
        model("scores", "Softmax", dims(3000, 21), "boxes", "Relu", dims(3000, 4)));
    assertHead(
        "nms 1 320x640 nms 1.0",
        "unit=relative,boxes=yxyx",
        model(
            "num_detections",
            "Relu",
            dims(),
            "detection_boxes",
            "Relu",
            dims(100, 4),
            "detection_scores",
            "Relu",
            dims(100),
            "detection_classes",
            "Relu",
            dims(100)));
  }

  private static void assertHead(String expected, String settings, OnnxModel model) {
    Detection task = task(settings, model);
    DetectionHead head = task.head();
    assertEquals(
        expected,
        head.layout().word()
            + " "
            + head.classes()
            + " "
            + head.width()
            + "x"
            + head.height()
            + " nms "
            + task.overlap());
  }

  @Test
  void scoresAreReadAsTheGraphMakesThemAndBoxesAsTheyAre() {
    OnnxModel logits = model("b", "Sigmoid", dims(99, 4), "s", "Sigmoid", dims(99, 3));
    BoundTask bound = bind("", logits);
    List<Read> reads = new ArrayList<>();
    bound.rows().forEach(row -> reads.add(row.read()));
    assertEquals(List.of(Read.NUMBERS, Read.SIGMOID), reads);
    assertEquals("b", bound.rows().get(0).name());
    assertEquals(ScoreForm.LOGITS, ((Detection) bound.task()).head().scores());
    OnnxModel softmax = model("b", "Sigmoid", dims(99, 4), "s", "Softmax", dims(99, 3));
    DetectionHead head = task("", softmax).head();
    assertEquals(ScoreForm.LOG_PROBABILITIES, head.scores());
    assertEquals(2, head.classes());
    assertEquals(DetectionHead.Background.FIRST, head.background());
    OnnxModel open = model("b", "Sigmoid", dims(99, 4), "s", "Mul", dims(99, 3));
    Refusal.says(() -> task("", open), "s (float, Nx99x3)", "scores=probabilities");
    assertEquals(ScoreForm.SOFTMAX, task("scores=softmax", open).head().scores());
  }

  @Test
  void outputsThatAreNotReadAreRefusedWithTheSettingToGive() {
    OnnxModel pair = model("b", "Relu", dims(99, 4), "s", "Sigmoid", dims(99, 3));
    Refusal.says(() -> task("", pair), "b (float, Nx99x4)", "unit=relative");
    Refusal.says(
        () -> task("", model("o", "Relu", dims(-1, -1))), "o (float, NxNxN)", "set layout");
    Refusal.says(
        () -> task("layout=yolov8", model("o", "Relu", dims(-1, -1))),
        "classes open",
        "classes=80");
    Refusal.says(
        () -> task("", model("logits", "Relu", dims(10))), "logits (float, Nx10)", "yolov8");
    Refusal.says(
        () -> task("", model("selected", "NonMaxSuppression", dims(3))),
        "NonMaxSuppression chose",
        "make outputs of the boxes and the scores");
    Refusal.says(
        () -> task("classes=5", model("o", "Relu", dims(84, 8400))), "80 classes", "expected 5");
    Refusal.says(
        () -> task("layout=yolov7", model("o", "Relu", dims(84, 8400))), "yolov7", "yolov5");
    Refusal.says(() -> task("layout=nms", model("o", "Relu", dims(84, 8400))), "layout nms");
    Refusal.says(() -> task("iou=2", model("o", "Relu", dims(84, 8400))), "iou", "0.01 to 1");
    Refusal.says(() -> task("score=0", model("o", "Relu", dims(84, 8400))), "score");
    Refusal.says(() -> task("boxs=corners", model("o", "Relu", dims(84, 8400))), "boxes");
    Refusal.says(
        () -> task("unit=relative,size=9", model("o", "Relu", dims(84, 8400))), "size", "640x640");
  }

  @Test
  void aClassifierOfSevenClassesOrAModelOfOneSequenceIsNoDetector() {
    DetectionKind kind = new DetectionKind();
    assertTrue(kind.looksLike(model("logits", "Gemm", dims(7))).isEmpty());
    assertTrue(kind.looksLike(model("text", "Softmax", dims(40, 97))).isEmpty());
    OnnxModel yolo = model("output0", "Concat", dims(84, 8400));
    assertTrue(kind.looksLike(yolo).orElseThrow().contains("yolov8"));
    assertEquals("detection", kind.option(yolo));
    OnnxModel pair = model("b", "Relu", dims(99, 4), "s", "Relu", dims(99, 3));
    assertTrue(kind.looksLike(pair).isPresent());
    assertEquals("detection,scores=WORD,unit=WORD", kind.option(pair));
  }
}
