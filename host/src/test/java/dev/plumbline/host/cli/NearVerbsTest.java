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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tiny models of vectors, numbers and points, trained by {@code bench/kinds}, which scores them by
 * scikit-learn and NumPy; what is found is judged here by ONNX Runtime alone.
 */
class NearVerbsTest {
  private static final int SIZE = 32;
  private static final Path KINDS = Path.of("src/test/resources/kinds");

  @TempDir Path temp;

  /** A kind with its model and with how far apart two outputs are, in bounds. */
  private enum Kind {
    EMBEDDING("embedding", "embedder.onnx", "embedding,cosine=0.99", List.of(), "") {
      @Override
      double apart(float[] a, float[] b) {
        double dot = 0;
        double ofA = 0;
        double ofB = 0;
        for (int i = 0; i < a.length; i++) {
          dot += (double) a[i] * b[i];
          ofA += (double) a[i] * a[i];
          ofB += (double) b[i] * b[i];
        }
        return (1 - dot / Math.sqrt(ofA * ofB)) / 0.01;
      }
    },
    REGRESSION(
        "regression",
        "area.onnx",
        "regression,bound=0.3,unit=%",
        List.of("--unlabelled", "--annotations", KINDS.resolve("regression/areas.csv")),
        "") {
      @Override
      double apart(float[] a, float[] b) {
        return Math.abs(a[0] - b[0]) / 0.3;
      }
    },
    HEATMAPS(
        "keypoints",
        "heatmaps.onnx",
        "keypoints,bound=1.5",
        List.of("--unlabelled", "--annotations", KINDS.resolve("keypoints/keypoints.json")),
        "/heatmaps") {
      @Override
      double apart(float[] a, float[] b) {
        double most = 0;
        for (int k = 0; k < 5; k++) {
          double[] p = peak(a, k);
          double[] q = peak(b, k);
          most = Math.max(most, 2 * Math.hypot(p[0] - q[0], p[1] - q[1]) / 1.5);
        }
        return most;
      }
    },
    CORNERS(
        "keypoints",
        "corners.onnx",
        "keypoints,bound=0.015",
        List.of("--unlabelled", "--annotations", KINDS.resolve("keypoints/corners.csv")),
        "/corners") {
      @Override
      double apart(float[] a, float[] b) {
        double most = 0;
        for (int k = 0; k < 4; k++) {
          double distance = Math.hypot(a[2 * k] - b[2 * k], a[2 * k + 1] - b[2 * k + 1]);
          most = Math.max(most, distance / 0.015);
        }
        return most;
      }
    };

    final Path folder;
    final Path model;
    final String task;
    final List<Object> noted;
    final String scores;

    Kind(String folder, String model, String task, List<Object> noted, String scores) {
      this.folder = KINDS.resolve(folder);
      this.model = this.folder.resolve(model);
      this.task = task;
      this.noted = noted;
      this.scores = scores;
    }

    abstract double apart(float[] a, float[] b);

    /** In cells of a map of 16 x 16. */
    private static double[] peak(float[] maps, int point) {
      int from = 256 * point;
      int best = 0;
      for (int i = 1; i < 256; i++) {
        best = maps[from + i] > maps[from + best] ? i : best;
      }
      double[] place = {best % 16, best / 16};
      if (place[0] > 1 && place[0] < 15 && place[1] > 1 && place[1] < 15) {
        place[0] += Math.signum(maps[from + best + 1] - maps[from + best - 1]) / 4;
        place[1] += Math.signum(maps[from + best + 16] - maps[from + best - 16]) / 4;
      }
      return place;
    }

    Object[] data() {
      Object[] data = {"--data", folder.resolve("pictures"), "--mean", "0", "--std", "1"};
      return this == EMBEDDING ? data : VerbAnswer.with(data, "--unlabelled");
    }
  }

  private static VerbAnswer verb(Kind kind, Object... args) {
    return VerbAnswer.of(VerbAnswer.with(VerbAnswer.with(args, "--task", kind.task), kind.data()));
  }

  @ParameterizedTest
  @EnumSource
  void evaluateGivesTheScoresOfTheOracle(Kind kind) throws IOException {
    Object[] args = {"evaluate", kind.model, "--task", kind.task, "--json"};
    args = VerbAnswer.with(args, "--data", kind.folder.resolve("pictures"));
    args = VerbAnswer.with(args, "--mean", "0", "--std", "1");
    args = VerbAnswer.with(args, kind.noted.toArray());
    JsonNode answer = VerbAnswer.of(args).done().json();
    JsonNode scores =
        new ObjectMapper().readTree(Files.readAllBytes(kind.folder.resolve("scores.json")));
    for (Map.Entry<String, JsonNode> score : scores.at(kind.scores).properties()) {
      // Another version of ONNX Runtime sums in another order.
      assertEquals(
          score.getValue().doubleValue(),
          answer.get(score.getKey()).doubleValue(),
          1e-5,
          answer.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatSearchFindsDeviatesInOnnxRuntimeAndCanBeRepaired(Kind kind) throws OrtException {
    Path small = temp.resolve("int8.onnx");
    verb(kind, "quantize", kind.model, "--per-tensor", "--reduce-range", "--out", small).done();
    Path corpus = temp.resolve("corpus");
    Object[] pair = {"--original", kind.model, "--compressed", small};
    Object[] search = VerbAnswer.with(new Object[] {"search"}, pair);
    search = VerbAnswer.with(search, "--range", "0:10", "--epsilon", 16, "--steps", 10);
    Object[] database = {"--database", "jdbc:h2:file:" + temp.resolve("fleet")};
    search = VerbAnswer.with(search, database);
    verb(kind, VerbAnswer.with(search, "--out", corpus)).done();
    Corpus found = Corpus.open(corpus);
    int effective = 0;
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession original = runtime.createSession(kind.model.toString());
        OrtSession compressed = runtime.createSession(small.toString())) {
      for (CorpusInput input : found.inputs()) {
        double apart =
            kind.apart(
                output(original, found.picture(input)), output(compressed, found.picture(input)));
        // Sums in another order may move what lies on the bound.
        if (Math.abs(apart - 1) > 1e-3) {
          assertEquals(
              apart > 1 ? PictureClass.EFFECTIVE : PictureClass.VALID,
              input.pictureClass(),
              input.id() + " is " + apart + " bounds apart");
        }
        effective += input.pictureClass() == PictureClass.EFFECTIVE ? 1 : 0;
      }
    }
    assertEquals(0, found.header().counts().invalid());
    // The peak of a map moves by quarters of a cell, or not at all.
    assertTrue(effective >= (kind == Kind.HEATMAPS ? 3 : 10), effective + " of 10 seeds");
    Path repaired = temp.resolve("repaired.onnx");
    Object[] repair = VerbAnswer.with(new Object[] {"repair"}, pair);
    repair = VerbAnswer.with(repair, "--corpus", corpus, "--epochs", 3, "--rounds", 0);
    repair = VerbAnswer.with(repair, "--out", repaired, "--json");
    JsonNode counts = verb(kind, VerbAnswer.with(repair, database)).done().json();
    assertEquals(effective, counts.get("corpus_before").intValue());
    int after = counts.get("corpus_after").intValue();
    // A peak that jumped to another place of the map takes more steps than these few.
    assertTrue(
        after < effective || kind == Kind.HEATMAPS && after == effective,
        after + " of " + effective + " deviations are left");
    Path page = temp.resolve("page.html");
    VerbAnswer.of("report", corpus, "--out", page).done();
    assertTrue(Files.exists(page));
    Object[] check = {"check", "--corpus", corpus, "--model", small};
    VerbAnswer.of(VerbAnswer.with(check, database)).done();
  }

  private static float[] output(OrtSession session, Picture picture) throws OrtException {
    FloatBuffer pixels = FloatBuffer.allocate(3 * SIZE * SIZE);
    for (byte pixel : picture.pixels()) {
      pixels.put((pixel & 0xff) / 255f);
    }
    pixels.flip();
    try (OnnxTensor input =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), pixels, new long[] {1, 3, SIZE, SIZE});
        OrtSession.Result result = session.run(Map.of("pictures", input))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] output = new float[values.remaining()];
      values.get(output);
      return output;
    }
  }
}
