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
import dev.plumbline.host.task.Decoded;
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
 * A model that reads one to five digits in a row, trained by {@code bench/kinds/sequence.py}, which
 * scores it by jiwer; what is found is judged here by ONNX Runtime alone.
 */
class SequenceVerbsTest {
  private static final int HEIGHT = 16;
  private static final int WIDTH = 64;
  private static final Path KIND = Path.of("src/test/resources/kinds/sequence");
  private static final Path ORIGINAL = KIND.resolve("original.onnx");

  private static final Object[] DATA = {
    "--data", KIND.resolve("pictures"), "--unlabelled", "--mean", "0", "--std", "1"
  };

  private static final String TASK = "sequence,alphabet=" + KIND.resolve("digits.txt");

  @TempDir static Path temp;
  private static Path compressed;

  @BeforeAll
  static void quantize() {
    compressed = temp.resolve("int8.onnx");
    verb("quantize", ORIGINAL, "--task", TASK, "--out", compressed).done();
  }

  private static VerbAnswer verb(Object... args) {
    return VerbAnswer.of(VerbAnswer.with(args, DATA));
  }

  private static JsonNode scores() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(KIND.resolve("scores.json")));
  }

  @Test
  void inspectTellsThatTheModelWorksByItsTask() {
    JsonNode answer = VerbAnswer.of("inspect", ORIGINAL, "--task", TASK, "--json").done().json();
    assertEquals("yes", answer.get("can_be_searched").asText(), answer.toString());
    assertEquals("yes", answer.get("can_be_repaired").asText(), answer.toString());
  }

  @Test
  void evaluateGivesTheScoresOfJiwer() throws IOException {
    JsonNode answer =
        verb(
                "evaluate",
                ORIGINAL,
                "--task",
                TASK,
                "--annotations",
                KIND.resolve("texts.csv"),
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
    verb("evaluate", ORIGINAL)
        .isRefused(
            "steps (float, Nx16x11)",
            "expected one number for each class",
            "or --task sequence,alphabet=FILE");
    verb("evaluate", ORIGINAL, "--task", "auto")
        .isRefused("expected --task sequence,alphabet=FILE");
    JsonNode answer = VerbAnswer.of("inspect", ORIGINAL, "--json").done().json();
    assertTrue(answer.get("proposed_task").asText().contains("--task sequence"), answer.toString());
  }

  /** What a model reads on a picture, as numbers of classes: greedily, with class 0 as blank. */
  private static List<Integer> read(OrtSession session, Picture picture) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(HEIGHT * WIDTH);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, new long[] {1, 1, HEIGHT, WIDTH});
        OrtSession.Result result = session.run(Map.of("picture", input))) {
      List<Integer> string = new ArrayList<>();
      int last = 0;
      for (float[] step : ((float[][][]) result.get(0).getValue())[0]) {
        int largest = 0;
        for (int c = 1; c < step.length; c++) {
          largest = step[c] > step[largest] ? c : largest;
        }
        if (largest != 0 && largest != last) {
          string.add(largest);
        }
        last = largest;
      }
      return string;
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
        List<Integer> byOriginal = read(original, picture);
        List<Integer> byCompressed = read(small, picture);
        assertEquals(byOriginal, Decoded.of(input.originalDecision()).classes(), input.id());
        assertEquals(byCompressed, Decoded.of(input.compressedDecision()).classes(), input.id());
        boolean kept = byOriginal.equals(Decoded.of(input.seedDecision()).classes());
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
                TASK,
                "--corpus",
                corpus,
                "--rounds",
                1,
                "--epochs",
                2,
                "--epsilon",
                8,
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
            TASK,
            "--range",
            "0:20",
            "--epsilon",
            8,
            "--accelerator",
            "cpu",
            "--database",
            database(),
            "--out",
            out)
        .done();
  }

  @Test
  void theTaskIsKeptAndWhatDoesNotFitIsRefused() throws IOException {
    verb("evaluate", compressed).isRefused("sequence", "--annotations");
    Path broken = temp.resolve("broken.csv");
    Files.writeString(broken, "picture,text\nrow-00.png,12\n");
    verb("evaluate", compressed, "--annotations", broken).isRefused("broken.csv", "row-01.png");
    Object texts = KIND.resolve("texts.csv");
    verb("evaluate", compressed, "--annotations", texts, "--json").done();
    verb("evaluate", ORIGINAL, "--task", "sequence", "--annotations", texts)
        .isRefused("without an alphabet", "alphabet=FILE");
    verb("evaluate", compressed, "--original", ORIGINAL, "--annotations", texts)
        .isRefused("--task sequence");
  }
}
