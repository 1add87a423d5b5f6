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
import dev.plumbline.host.task.LabelSet;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of circles, squares and triangles on small pictures, trained by {@code
 * bench/kinds/multi_label.py}, which scores it by scikit-learn; what is found is judged here by
 * ONNX Runtime alone.
 */
class MultiLabelVerbsTest {
  private static final int SIZE = 32;
  private static final int CLASSES = 3;
  private static final Path KIND = Path.of("src/test/resources/kinds/multi-label");
  private static final Path ORIGINAL = KIND.resolve("labeller.onnx");

  private static final Object[] DATA = {
    "--data",
    KIND.resolve("pictures"),
    "--unlabelled",
    "--classes",
    KIND.resolve("classes.txt"),
    "--mean",
    "0",
    "--std",
    "1"
  };

  @TempDir static Path temp;
  private static Path compressed;

  @BeforeAll
  static void quantize() {
    compressed = temp.resolve("int8.onnx");
    verb("quantize", ORIGINAL, "--task", "multi-label", "--out", compressed).done();
  }

  private static VerbAnswer verb(Object... args) {
    return VerbAnswer.of(VerbAnswer.with(args, DATA));
  }

  private static JsonNode scores() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(KIND.resolve("scores.json")));
  }

  @Test
  void inspectTellsThatTheModelWorksByItsTask() {
    JsonNode answer =
        VerbAnswer.of("inspect", ORIGINAL, "--task", "multi-label", "--json").done().json();
    assertEquals("yes", answer.get("can_be_searched").asText(), answer.toString());
    assertEquals("yes", answer.get("can_be_repaired").asText(), answer.toString());
  }

  @Test
  void evaluateGivesTheScoresOfScikitLearn() throws IOException {
    JsonNode answer =
        verb(
                "evaluate",
                ORIGINAL,
                "--task",
                "multi-label",
                "--annotations",
                KIND.resolve("labels.csv"),
                "--json")
            .done()
            .json();
    for (Map.Entry<String, JsonNode> score : scores().properties()) {
      assertEquals(
          score.getValue().doubleValue(),
          answer.get(score.getKey()).doubleValue(),
          1e-9,
          answer.toString());
    }
  }

  @Test
  void aModelWithoutTheTaskNamesIt() {
    verb("evaluate", ORIGINAL).isRefused("after a sigmoid", "--task multi-label");
  }

  /** What a model's three sigmoids decide on a picture. */
  private static List<Integer> labels(OrtSession session, Picture picture) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(3 * SIZE * SIZE);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, new long[] {1, 3, SIZE, SIZE});
        OrtSession.Result result = session.run(Map.of("pictures", input))) {
      float[] probabilities = ((float[][]) result.get(0).getValue())[0];
      List<Integer> labels = new ArrayList<>();
      for (int c = 0; c < CLASSES; c++) {
        if (probabilities[c] >= 0.5f) {
          labels.add(c);
        }
      }
      return labels;
    }
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
        List<Integer> byOriginal = labels(original, picture);
        List<Integer> byCompressed = labels(small, picture);
        assertEquals(byOriginal, LabelSet.of(input.originalDecision()).numbers(), input.id());
        assertEquals(byCompressed, LabelSet.of(input.compressedDecision()).numbers(), input.id());
        boolean kept = byOriginal.equals(LabelSet.of(input.seedDecision()).numbers());
        boolean same = byOriginal.equals(byCompressed);
        assertEquals(
            !kept ? PictureClass.INVALID : same ? PictureClass.VALID : PictureClass.EFFECTIVE,
            input.pictureClass(),
            input.id());
        effective += kept && !same ? 1 : 0;
      }
    }
    assertTrue(effective >= 5, effective + " of 20 seeds");
    Path repaired = temp.resolve("repaired.onnx");
    JsonNode repair =
        verb(
                "repair",
                "--original",
                ORIGINAL,
                "--compressed",
                compressed,
                "--task",
                "multi-label",
                "--corpus",
                corpus,
                "--rounds",
                1,
                "--epochs",
                2,
                "--epsilon",
                16,
                "--steps",
                12,
                "--accelerator",
                "cpu",
                "--database",
                database(),
                "--json",
                "--out",
                repaired)
            .done()
            .json();
    assertTrue(repair.get("corpus_after").intValue() < effective, repair.toString());
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
            "--task",
            "multi-label",
            "--range",
            "0:20",
            "--epsilon",
            16,
            "--accelerator",
            "cpu",
            "--database",
            database(),
            "--out",
            out)
        .done();
  }

  @Test
  void aThresholdMovesWhatIsDecided() throws IOException {
    Object[] args = {
      "evaluate",
      ORIGINAL,
      "--annotations",
      KIND.resolve("labels.csv"),
      "--json",
      "--task",
      "multi-label"
    };
    JsonNode half = verb(args).done().json();
    args[6] = "multi-label,threshold=0.99";
    JsonNode strict = verb(args).done().json();
    assertEquals(half.get("mean_average_precision"), strict.get("mean_average_precision"));
    assertTrue(strict.get("f1_micro").doubleValue() < half.get("f1_micro").doubleValue());
    assertEquals(0.99, strict.get("task").get("threshold").doubleValue());
  }

  @Test
  void modelsOfDifferentThresholdsAreNotCompared() {
    Path strict = temp.resolve("strict.onnx");
    verb("quantize", ORIGINAL, "--task", "multi-label,threshold=0.9", "--out", strict).done();
    verb("evaluate", compressed, "--original", strict)
        .isRefused("0.9", "0.5", "multi-label", "expected the same");
    verb("evaluate", compressed, "--original", ORIGINAL).isRefused("--task multi-label");
  }

  @Test
  void annotationsAreAskedForAndCheckedBeforeTheModelRuns() throws IOException {
    verb("evaluate", compressed).isRefused("multi-label", "--annotations");
    Path broken = temp.resolve("broken.csv");
    Files.writeString(broken, "picture,labels\nshape-00.png,hexagon\n");
    verb("evaluate", compressed, "--annotations", broken).isRefused("broken.csv", "shape-01.png");
    String lines = Files.readString(KIND.resolve("labels.csv"));
    Files.writeString(broken, lines.replaceFirst("circle", "hexagon"));
    verb("evaluate", compressed, "--annotations", broken)
        .isRefused("broken.csv", "shape-00.png", "'hexagon'", "expected 0 to 2");
  }
}
