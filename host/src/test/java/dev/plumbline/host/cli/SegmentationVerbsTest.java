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
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.PictureFile;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny segmenter through the verbs; bench/kinds/segmentation.py made it and its pictures. */
class SegmentationVerbsTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/segmentation");
  private static final Path ORIGINAL = KIND.resolve("segmenter.onnx");
  private static final double IOU = 0.8;
  private static final String TASK = "segmentation,iou=" + IOU;
  private static final int CLASSES = 4;
  private static final int PIXELS = 32 * 32;

  @TempDir Path temp;

  private Object[] onPictures(Object... args) {
    Object[] data = {"--data", KIND.resolve("pictures"), "--unlabelled", "--task", TASK};
    return VerbAnswer.with(VerbAnswer.with(args, data), "--mean", "0,0,0", "--std", "1,1,1");
  }

  private Path quantized() {
    Path out = temp.resolve("int8.onnx");
    VerbAnswer.of(onPictures("quantize", ORIGINAL, "--out", out)).done();
    return out;
  }

  @Test
  void aSegmenterGoesThroughAllVerbs() throws Exception {
    JsonNode found = VerbAnswer.of("inspect", ORIGINAL, "--task", TASK, "--json").done().json();
    assertTrue(found.get("task").toString().contains("segmentation"), found.toString());

    Path compressed = quantized();
    isScoredAsByScikitLearn();

    Path corpus = temp.resolve("corpus");
    Object[] pair = {"search", "--original", ORIGINAL, "--compressed", compressed};
    VerbAnswer.of(
            VerbAnswer.with(
                onPictures(pair),
                "--range",
                "4:8",
                "--steps",
                "12",
                "--epsilon",
                "8/255",
                "--out",
                corpus))
        .done();
    int deviating = deviationsThatOnnxRuntimeSees(corpus, compressed);
    assertTrue(deviating > 0);

    Path page = temp.resolve("report.html");
    VerbAnswer.of("report", corpus, "--out", page).done();
    assertTrue(Files.readString(page).contains("% class 0"));

    VerbAnswer.of("check", "--corpus", corpus, "--model", compressed, "--database", database())
        .done();

    Path repaired = temp.resolve("repaired.onnx");
    pair[0] = "repair";
    VerbAnswer.of(
            VerbAnswer.with(
                onPictures(pair),
                "--corpus",
                corpus,
                "--out",
                repaired,
                "--rounds",
                "1",
                "--epochs",
                "2",
                "--steps",
                "2",
                "--range",
                "8:24"))
        .done();
    assertTrue(deviationsOf(corpus, repaired) <= deviating);
    // It kept its task: nobody says it here.
    VerbAnswer.of("check", "--corpus", corpus, "--model", repaired, "--database", database())
        .done();
  }

  private String database() {
    return "jdbc:h2:" + temp.resolve("verdicts");
  }

  private void isScoredAsByScikitLearn() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(KIND.resolve("scores.json").toFile());
    JsonNode answer =
        VerbAnswer.of(
                VerbAnswer.with(
                    onPictures("evaluate", ORIGINAL),
                    "--annotations",
                    KIND.resolve("masks"),
                    "--json"))
            .done()
            .json();
    for (String key : new String[] {"mean_iou", "pixel_accuracy"}) {
      JsonNode value = answer.findValue(key);
      // A pixel on whose class two runtimes' sums disagree is 2e-5 of all.
      assertEquals(expected.get(key).doubleValue(), value.doubleValue(), 2e-4, answer.toString());
    }
  }

  /** All effective pictures deviate by both models' own outputs, and no valid one does. */
  private static int deviationsThatOnnxRuntimeSees(Path corpus, Path compressed)
      throws IOException, OrtException {
    int effective = 0;
    for (CorpusInput input : Corpus.open(corpus).inputs()) {
      effective += input.pictureClass() == PictureClass.EFFECTIVE ? 1 : 0;
    }
    assertEquals(effective, deviationsOf(corpus, compressed));
    return effective;
  }

  private static int deviationsOf(Path corpus, Path compressed) throws OrtException, IOException {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    int deviations = 0;
    try (OrtSession one = runtime.createSession(ORIGINAL.toString());
        OrtSession other = runtime.createSession(compressed.toString())) {
      for (CorpusInput input : Corpus.open(corpus).inputs()) {
        byte[] pixels =
            PictureFile.read(corpus.resolve(input.picture())).through(Geometry.none()).pixels();
        int[] wanted = mask(runtime, one, pixels);
        deviations += deviate(wanted, mask(runtime, other, pixels)) ? 1 : 0;
      }
    }
    return deviations;
  }

  private static int[] mask(OrtEnvironment runtime, OrtSession session, byte[] pixels)
      throws OrtException {
    FloatBuffer input = FloatBuffer.allocate(pixels.length);
    for (byte pixel : pixels) {
      input.put(Byte.toUnsignedInt(pixel) / 255f);
    }
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(runtime, input.flip(), new long[] {1, 3, 32, 32});
        OrtSession.Result result = session.run(Map.of("pictures", tensor))) {
      FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int[] mask = new int[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        for (int c = 1; c < CLASSES; c++) {
          mask[p] = logits.get(c * PIXELS + p) > logits.get(mask[p] * PIXELS + p) ? c : mask[p];
        }
      }
      return mask;
    }
  }

  /** The rule in other words: a class counts from 1 % on, and must not vanish. */
  private static boolean deviate(int[] wanted, int[] found) {
    double sum = 0;
    int counting = 0;
    for (int c = 0; c < CLASSES; c++) {
      int w = 0;
      int f = 0;
      int both = 0;
      for (int p = 0; p < PIXELS; p++) {
        w += wanted[p] == c ? 1 : 0;
        f += found[p] == c ? 1 : 0;
        both += wanted[p] == c && found[p] == c ? 1 : 0;
      }
      if (Math.max(w, f) >= 0.01 * PIXELS) {
        if (Math.min(w, f) == 0) {
          return true;
        }
        sum += (double) both / (w + f - both);
        counting++;
      }
    }
    return sum / counting < IOU;
  }

  @Test
  void badInputIsRefusedInASentence() throws IOException {
    Object[] untold = onPictures("evaluate", ORIGINAL);
    untold[6] = "auto";
    VerbAnswer.of(untold).isRefused("Nx4x32x32", "--task segmentation");
    VerbAnswer.of(onPictures("evaluate", ORIGINAL, "--annotations", KIND.resolve("pictures")))
        .isRefused("shape-00.png", "3 channels", "class numbers");
    VerbAnswer.of(onPictures("evaluate", ORIGINAL, "--annotations", temp))
        .isRefused("no mask of the picture shape-00.png");
    VerbAnswer.of("inspect", ORIGINAL, "--task", "segmentation,iou=2")
        .isRefused("iou", "expected a number of 0.001 to 1");
  }
}
