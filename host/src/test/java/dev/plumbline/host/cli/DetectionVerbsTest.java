package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Picture;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A detector of circles, squares and triangles on small pictures, trained by {@code
 * bench/kinds/detection.py}, which scores it by pycocotools; what is found is judged here by ONNX
 * Runtime and a reading of YOLOv8's output of its own.
 */
class DetectionVerbsTest {
  private static final int SIZE = 48;
  private static final int ANCHORS = 144;
  private static final int CLASSES = 3;
  private static final Path KIND = Path.of("src/test/resources/kinds/detection");
  private static final Path ORIGINAL = KIND.resolve("detector.onnx");

  private static final Object[] DATA = {
    "--data",
    KIND.resolve("pictures"),
    "--unlabelled",
    "--classes",
    KIND.resolve("classes.txt"),
    "--mean",
    "0",
    "--std",
    "1",
    "--task",
    "detection"
  };

  @TempDir static Path temp;
  private static Path compressed;

  @BeforeAll
  static void quantize() {
    compressed = temp.resolve("int8.onnx");
    verb("quantize", ORIGINAL, "--out", compressed).done();
  }

  private static VerbAnswer verb(Object... args) {
    return VerbAnswer.of(VerbAnswer.with(args, DATA));
  }

  @Test
  void inspectTellsThatTheModelWorksByItsTaskAndAutoProposesIt() {
    JsonNode answer =
        VerbAnswer.of("inspect", ORIGINAL, "--task", "detection", "--json").done().json();
    assertEquals("yes", answer.get("can_be_searched").asText(), answer.toString());
    assertEquals("yes", answer.get("can_be_repaired").asText(), answer.toString());
    VerbAnswer.of("inspect", ORIGINAL, "--task", "auto").isRefused("yolov8", "--task detection");
  }

  @ParameterizedTest
  @ValueSource(strings = {"coco.json", "labels", "voc"})
  void evaluateGivesTheScoresOfPycocotoolsFromAnnotationsOfEachFormat(String annotations)
      throws IOException {
    JsonNode answer =
        verb("evaluate", ORIGINAL, "--annotations", KIND.resolve(annotations), "--json")
            .done()
            .json();
    JsonNode scores = new ObjectMapper().readTree(Files.readAllBytes(KIND.resolve("scores.json")));
    for (Map.Entry<String, JsonNode> score : scores.properties()) {
      // YOLO's shares have six digits.
      assertEquals(
          score.getValue().doubleValue(),
          answer.get(score.getKey()).doubleValue(),
          1e-6,
          answer.toString());
    }
  }

  @Test
  void evaluateTellsHowOftenTheCompressedModelAgrees() {
    JsonNode answer = verb("evaluate", compressed, "--original", ORIGINAL, "--json").done().json();
    assertTrue(answer.get("agreement").doubleValue() > 0.8, answer.toString());
  }

  @Test
  void settingsAndOutputsThatDoNotFitAreRefused() {
    Object[] data = {"evaluate", ORIGINAL, "--data", KIND.resolve("pictures"), "--unlabelled"};
    Object[] plain = VerbAnswer.with(data, "--mean", "0", "--std", "1", "--task");
    VerbAnswer.of(VerbAnswer.with(plain, "detection,score=1.5")).isRefused("score", "to 1.5");
    VerbAnswer.of(VerbAnswer.with(plain, "detection,layout=nms")).isRefused("Nx7x144", "nms");
    VerbAnswer.of(VerbAnswer.with(plain, "detection,iuo=0.5")).isRefused("'iuo'", "'iou'");
    VerbAnswer.of(VerbAnswer.with(plain, "detection,classes=5")).isRefused("3 classes", "5");
  }

  /** Class, score and corners. */
  private record Found(int label, float score, double[] box) {
    double iou(Found other) {
      double width = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
      double height = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
      double shared = Math.max(0, width) * Math.max(0, height);
      return shared / (area() + other.area() - shared);
    }

    private double area() {
      return (box[2] - box[0]) * (box[3] - box[1]);
    }

    boolean isAmong(List<Found> others, double least) {
      return others.stream().anyMatch(o -> o.label == label && o.iou(this) >= least);
    }
  }

  private static List<Found> objects(OrtSession session, Picture picture) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(3 * SIZE * SIZE);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, new long[] {1, 3, SIZE, SIZE});
        OrtSession.Result result = session.run(Map.of("images", input))) {
      float[][] rows = ((float[][][]) result.get(0).getValue())[0];
      List<Found> sure = new ArrayList<>();
      for (int a = 0; a < ANCHORS; a++) {
        for (int c = 0; c < CLASSES; c++) {
          if (rows[4 + c][a] >= 0.25f) {
            double x = rows[0][a];
            double y = rows[1][a];
            double w = rows[2][a] / 2;
            double h = rows[3][a] / 2;
            sure.add(new Found(c, rows[4 + c][a], new double[] {x - w, y - h, x + w, y + h}));
          }
        }
      }
      sure.sort(Comparator.comparingDouble(found -> -found.score));
      List<Found> kept = new ArrayList<>();
      for (Found found : sure) {
        if (!found.isAmong(kept, Math.nextUp(0.45))) {
          kept.add(found);
        }
      }
      return kept;
    }
  }

  private static boolean agree(List<Found> one, List<Found> other) {
    return one.stream().allMatch(found -> found.isAmong(other, 0.5))
        && other.stream().allMatch(found -> found.isAmong(one, 0.5));
  }

  @Test
  void whatSearchFindsDeviatesInOnnxRuntimeAndLessAfterRepair() throws OrtException {
    Path corpus = temp.resolve("corpus");
    search(corpus);
    Corpus found = Corpus.open(corpus);
    int effective = 0;
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession original = runtime.createSession(ORIGINAL.toString());
        OrtSession small = runtime.createSession(compressed.toString())) {
      for (CorpusInput input : found.inputs()) {
        Picture picture = found.picture(input);
        boolean same = agree(objects(original, picture), objects(small, picture));
        if (input.pictureClass() != PictureClass.INVALID) {
          assertEquals(
              same ? PictureClass.VALID : PictureClass.EFFECTIVE, input.pictureClass(), input.id());
          effective += same ? 0 : 1;
        }
      }
    }
    assertTrue(effective >= 5, effective + " of 10 seeds");
    Path repaired = temp.resolve("repaired.onnx");
    JsonNode repair =
        verb(
                "repair",
                "--original",
                ORIGINAL,
                "--compressed",
                compressed,
                "--corpus",
                corpus,
                "--rounds",
                1,
                "--epochs",
                2,
                "--steps",
                10,
                "--accelerator",
                "cpu",
                "--database",
                database(),
                "--json",
                "--out",
                repaired)
            .done()
            .json();
    assertTrue(repair.get("corpus_after").intValue() <= effective, repair.toString());
    // The corpus and the models it was made with say the task.
    Path page = temp.resolve("page.html");
    VerbAnswer.of("report", corpus, "--out", page).done();
    VerbAnswer.of("check", "--corpus", corpus, "--model", compressed, "--database", database())
        .done();
  }

  private static String database() {
    return "jdbc:h2:file:" + temp.resolve("fleet");
  }

  private static void search(Path out) {
    verb(
            "search",
            "--original",
            ORIGINAL,
            "--compressed",
            compressed,
            "--range",
            "0:10",
            "--steps",
            "15",
            "--accelerator",
            "cpu",
            "--database",
            database(),
            "--out",
            out)
        .done();
  }
}
