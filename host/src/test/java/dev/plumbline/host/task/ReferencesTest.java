package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings that are verified against references. */
class ReferencesTest {
  private static final int ROWS = 120;
  private static final int LENGTH = 6;
  private static final double VERIFY = 0.4;

  @TempDir Path temp;

  private static float[][] rows(int count, int seed) {
    Random random = new Random(seed);
    float[][] rows = new float[count][LENGTH];
    for (float[] row : rows) {
      for (int i = 0; i < LENGTH; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] near(float[][] rows, double noise) {
    float[][] near = rows(rows.length, 99);
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < LENGTH; k++) {
        near[i][k] = (float) (rows[i][k] + noise * near[i][k]);
      }
    }
    return near;
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * LENGTH];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / LENGTH][i % LENGTH];
    }
    return flat;
  }

  private Embedding task() {
    Path file = temp.resolve("references.npy");
    NpyFile.write(file, List.of(9, LENGTH), flat(rows(9, 5)));
    return new Embedding(0.6, Optional.of(VERIFY), Optional.of(References.read(file)));
  }

  /** Written out: float32 rows, cosines in double. */
  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(ofA * ofB);
  }

  @Test
  void aDeviationIsAReferenceThatChangesSidesOrAVectorBeyondTheBound() {
    Embedding task = task();
    float[][] references = rows(9, 5);
    float[][] rows = rows(ROWS, 1);
    float[][] found = near(rows, 0.3);
    int flips = 0;
    for (int i = 0; i < ROWS; i++) {
      boolean isFlip = false;
      double least = Double.POSITIVE_INFINITY;
      for (float[] reference : references) {
        double before = cosine(rows[i], reference) - VERIFY;
        double after = cosine(found[i], reference) - VERIFY;
        isFlip |= before >= 0 != after >= 0;
        least = Math.min(least, before >= 0 ? after : -after);
      }
      double cosine = cosine(rows[i], found[i]);
      double chord = Math.sqrt(2 - 2 * 0.6);
      double margin = Math.min(1 - Math.sqrt(2 - 2 * cosine) / chord, least / chord);
      Decision expected = task.decide(rows[i]);
      assertEquals(isFlip || cosine < 0.6, task.differ(expected, task.decide(found[i])));
      assertEquals(!isFlip, task.keeps(expected, task.decide(found[i])));
      // Directions of references are float32, of which the smallest step is 6e-8.
      assertEquals(margin, task.margin(found[i], expected), 1e-6);
      flips += isFlip && cosine >= 0.6 ? 1 : 0;
    }
    assertTrue(flips > ROWS / 10, flips + " flip within the bound");
  }

  @Test
  void arraysSayWhatNumbersSayAndTheirGradientIsThatOfFiniteDifferences() {
    Embedding task = task();
    float[][] rows = rows(ROWS, 2);
    float[][] found = near(rows, 0.3);
    List<Decision> decisions = task.decide(rows);
    float[] margins = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) task.margin(found[i], decisions.get(i));
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray leaf = manager.create(flat(found), new Shape(ROWS, LENGTH));
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      // Sums of a few numbers in float32.
      assertArrayEquals(margins, batch.margins(leaf).toFloatArray(), 1e-5f);
      NDArray original = manager.create(flat(rows), new Shape(ROWS, LENGTH));
      assertArrayEquals(margins, task.decide(original).margins(leaf).toFloatArray(), 1e-5f);
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(batch.margins(leaf).sum());
        requireSlopes(task, decisions, found, leaf.getGradient().toFloatArray());
      }
    }
  }

  private static void requireSlopes(
      Embedding task, List<Decision> decisions, float[][] found, float[] gradient) {
    int smooth = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k < LENGTH; k++) {
        double[] at = new double[3];
        float[] place = new float[3];
        for (int m = 0; m < 3; m++) {
          float[] moved = found[i].clone();
          moved[k] += (m - 1) / 256f;
          place[m] = moved[k];
          at[m] = task.margin(moved, decisions.get(i));
        }
        double slope = (at[2] - at[0]) / (place[2] - place[0]);
        double before = (at[1] - at[0]) / (place[1] - place[0]);
        // Across an edge between two references a step says nothing.
        if (Math.abs(slope - before) < 0.02 * Math.abs(slope) + 1e-3) {
          assertEquals(slope, gradient[i * LENGTH + k], 0.02 * Math.abs(slope) + 2e-3);
          smooth++;
        }
      }
    }
    assertTrue(smooth > ROWS * LENGTH / 2, smooth + " were smooth");
  }

  @Test
  void theOriginalHoldsWhatItVerifiesAndItsVectorMayMove() {
    Embedding task = task();
    float[][] rows = rows(ROWS, 3);
    float[][] moved = near(rows, 0.8);
    List<Decision> decisions = task.decide(rows);
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray scores = manager.create(flat(moved), new Shape(ROWS, LENGTH));
      float[] held =
          task.batch(decisions, manager, UnaryOperator.identity()).held(scores, 0).toFloatArray();
      for (int i = 0; i < ROWS; i++) {
        assertEquals(task.keeps(decisions.get(i), task.decide(moved[i])), held[i] >= 0);
      }
    }
  }

  /** Made by {@code bench/kinds/embedding.py}. */
  @Test
  void cosinesAreThoseOfNumPy() throws IOException {
    Path folder = Path.of("src/test/resources/kinds/embedding");
    References references = References.read(folder.resolve("references.npy"));
    NpyFile vectors = NpyFile.read(folder.resolve("vectors.npy"));
    JsonNode cosines =
        new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("cosines.json")));
    assertEquals(40, cosines.size());
    for (int i = 0; i < cosines.size(); i++) {
      float[] row = new float[16];
      for (int d = 0; d < row.length; d++) {
        row[d] = (float) vectors.values()[i * row.length + d];
      }
      double[] found = references.cosines(new Vector(Floats.of(row)));
      assertEquals(3, found.length);
      for (int k = 0; k < found.length; k++) {
        // Directions are rounded to float32 here, and vectors of length 1 in NumPy.
        assertEquals(cosines.get(i).get(k).doubleValue(), found[k], 1e-6);
      }
    }
  }

  @Test
  void theMarginOfAModelsOwnVectorIsItsDistanceToTheThreshold() {
    Embedding task = task();
    assertTrue(task.hasOwnMargin());
    float[][] references = rows(9, 5);
    for (float[] row : rows(20, 4)) {
      double nearest = Double.POSITIVE_INFINITY;
      for (float[] reference : references) {
        nearest = Math.min(nearest, Math.abs(cosine(row, reference) - VERIFY));
      }
      assertEquals(Math.min(1, nearest / Math.sqrt(0.8)), task.ownMargin(row), 1e-6);
    }
  }

  @Test
  void differencesAndDecisionsNameReferencesByTheirNumber() {
    Path file = temp.resolve("two.npy");
    NpyFile.write(file, List.of(2, 2), new float[] {5, 0, 0, 0.5f});
    Embedding task = new Embedding(0.5, Optional.of(0.7), Optional.of(References.read(file)));
    Decision expected = task.decide(new float[] {4, 3});
    assertEquals(
        Optional.of(
            "reference 0 no longer verified at cosine 0.6000 in place of 0.8000,"
                + " reference 1 verified at cosine 0.8000 in place of 0.6000"),
        task.difference(expected, task.decide(new float[] {0.3f, 0.4f})));
    assertEquals(
        "reference 0 at cosine 0.8000 (verified), reference 1 at cosine 0.6000",
        task.text(expected, List.of()));
  }

  @Test
  void moreReferencesThanASentenceTakesAreCounted() {
    Path file = temp.resolve("many.npy");
    float[] same = new float[2 * 8];
    for (int k = 0; k < 8; k++) {
      same[2 * k] = 1 + k;
    }
    NpyFile.write(file, List.of(8, 2), same);
    Embedding task = new Embedding(0, Optional.of(0.7), Optional.of(References.read(file)));
    String reason =
        task.difference(task.decide(new float[] {1, 0}), task.decide(new float[] {1, 2}))
            .orElseThrow();
    assertTrue(reason.contains("reference 4 no longer"), reason);
    assertTrue(reason.endsWith(", 3 more references"), reason);
  }

  @Test
  void theTaskKeepsReferencesAndNeedsTheirFileNoMore() throws IOException {
    Embedding task = task();
    Files.delete(temp.resolve("references.npy"));
    ObjectMapper json = new ObjectMapper();
    assertEquals(task, Tasks.read(json.readTree(Tasks.text(task))));
    assertFalse(task.equals(new Embedding(0.6, Optional.of(VERIFY))));
    String text = Tasks.text(task);
    for (String broken :
        List.of(
            text.replace("\"count\":9", "\"count\":8"),
            text.replace("\"dimensions\":6", "\"dimensions\":5"),
            text.replace("\"dimensions\":6", "\"dimensions\":0"),
            text.replace("\"dimensions\":6", "\"dimensions\":2"),
            text.replace("\"verify\":0.4,", ""))) {
      assertThrows(IllegalArgumentException.class, () -> Tasks.read(json.readTree(broken)));
    }
  }

  @Test
  void referencesThatDoNotFitAreRefused() throws IOException {
    GraphBuilder graph = new GraphBuilder("model");
    graph.node("Identity", "out", List.of(graph.input("input", 3, 8, 8)), Map.of());
    graph.output("out", 2);
    OnnxModel model = graph.build();
    Path file = temp.resolve("r.npy");
    NpyFile.write(file, List.of(1, 3), new float[] {1, 2, 3});
    refused(model, file, "hold vectors of 3 numbers", "expected vectors of 2");
    NpyFile.write(file, List.of(2), new float[] {1, 2});
    refused(model, file, "an array [2]", "references x numbers");
    NpyFile.write(file, List.of(0, 2), new float[0]);
    refused(model, file, "an array [0x2]");
    NpyFile.write(file, List.of(2, 2), new float[] {1, 2, 0, 0});
    refused(model, file, "only zeros in reference 1", "direction");
    NpyFile.write(file, List.of(2, 2), new float[] {1, 2, Float.NaN, 0});
    refused(model, file, "NaN in reference 1", "finite");
    NpyFile.write(file, List.of(1001, 2), new float[2002]);
    refused(model, file, "1001 references of 2", "at most 1000");
    Files.writeString(file, "1,2");
    refused(model, file, "no .npy file");
    Files.delete(file);
    refused(model, file, "is no file");
    Refusal.says(
        () -> Tasks.read("--task", "embedding,references=" + file, model),
        "without verify",
        "verify=COSINE");
  }

  private static void refused(OnnxModel model, Path file, String... words) {
    Refusal.says(
        () -> Tasks.read("--task", "embedding,verify=0.4,references=" + file, model), words);
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() {
    Refusal.says(() -> task().decide(new float[] {1, 2}), "a vector of 2 numbers", "have 6");
  }
}
