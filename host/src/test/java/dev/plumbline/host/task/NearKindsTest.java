package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.task.Keypoints.Pck;
import dev.plumbline.host.task.Keypoints.Unit;
import dev.plumbline.host.task.PointReading.Form;
import dev.plumbline.host.task.Regression.Measure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds whose decisions are numbers that agree within a bound. */
class NearKindsTest {
  private static final int ROWS = 200;
  private static final Pck PCK = new Pck(0.05, Pck.Reference.PICTURE);

  /** A task, the length of its rows, and how far rows are apart that are about a bound apart. */
  record Kind(Task task, int length, double noise) {
    @Override
    public String toString() {
      return Tasks.text(task);
    }

    boolean isPeak() {
      return task instanceof Keypoints points && points.reading().form() == Form.PEAK;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind(new Embedding(0.9, Optional.empty()), 16, 0.5),
        new Kind(new Embedding(-0.2, Optional.of(0.3)), 8, 3),
        new Kind(new Regression(Measure.MAX, 0.5, "degrees"), 5, 0.3),
        new Kind(new Regression(Measure.L2, 0.5, ""), 5, 0.2),
        new Kind(new Regression(Measure.MEAN, 20, "kg"), 1, 20),
        points(Form.XY, Unit.PIXELS, 2, 10, 1.2),
        points(Form.YX, Unit.RELATIVE, 0.1, 10, 0.07),
        points(Form.XYC, Unit.PIXELS, 2, 15, 1.2),
        points(Form.YXC, Unit.RELATIVE, 0.1, 15, 0.07),
        points(Form.PEAK, Unit.PIXELS, 12, 5 * 8 * 6, 0.15),
        points(Form.SOFT, Unit.RELATIVE, 0.05, 5 * 8 * 6, 0.5));
  }

  private static Kind points(Form form, Unit unit, double bound, int length, double noise) {
    PointReading reading = new PointReading(form, 5, form.isMap() ? 8 : 1, form.isMap() ? 6 : 1);
    // Of about half of the points; those of SOFT are small.
    Optional<Double> least =
        form == Form.XYC || form == Form.YXC ? Optional.of(0.3) : Optional.empty();
    return new Kind(new Keypoints(reading, unit, bound, least, 64, 48, PCK), length, noise);
  }

  private static float[][] rows(Kind kind, int seed) {
    Random random = new Random(seed);
    float[][] rows = new float[ROWS][kind.length()];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] near(Kind kind, float[][] rows) {
    Random random = new Random(99);
    float[][] near = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      near[i] = rows[i].clone();
      for (int k = 0; k < near[i].length; k++) {
        near[i][k] += (float) (kind.noise() * random.nextGaussian());
      }
    }
    return near;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theMarginIsBelowZeroJustWhereDecisionsDiffer(Kind kind) {
    float[][] rows = rows(kind, 1);
    float[][] found = near(kind, rows);
    int differ = 0;
    for (int i = 0; i < ROWS; i++) {
      Decision decision = kind.task().decide(rows[i]);
      Decision other = kind.task().decide(found[i]);
      double margin = kind.task().margin(found[i], decision);
      assertEquals(margin < 0, kind.task().differ(decision, other), "margin " + margin);
      assertEquals(1, kind.task().margin(rows[i], decision), 1e-6);
      differ += margin < 0 ? 1 : 0;
    }
    assertTrue(differ > ROWS / 20 && differ < ROWS * 9 / 10, differ + " of " + ROWS);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void arraysSayWhatNumbersSay(Kind kind) {
    float[][] rows = rows(kind, 2);
    float[][] found = near(kind, rows);
    List<Decision> decisions = kind.task().decide(rows);
    float[] margins = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) kind.task().margin(found[i], decisions.get(i));
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray scores = array(manager, found);
      DecisionBatch batch = kind.task().batch(decisions, manager, UnaryOperator.identity());
      NDArray given = batch.margins(scores);
      assertEquals(new Shape(ROWS, 1), given.getShape());
      // Sums of up to 48 numbers in float32.
      assertArrayEquals(margins, given.toFloatArray(), 2e-4f);
      DecisionBatch now = kind.task().decide(array(manager, rows));
      assertArrayEquals(margins, now.margins(scores).toFloatArray(), 2e-4f);
      for (float support : now.support(array(manager, rows)).toFloatArray()) {
        assertEquals(1, support, 1e-4);
      }
    }
  }

  /** Central differences of the margin in double, of rows whose numbers are float32. */
  @ParameterizedTest
  @MethodSource("kinds")
  void theGradientOfAMarginIsThatOfFiniteDifferences(Kind kind) {
    if (kind.isPeak()) {
      return;
    }
    float[][] rows = rows(kind, 3);
    float[][] found = near(kind, rows);
    List<Decision> decisions = kind.task().decide(rows);
    float[] gradient = gradient(kind, decisions, found);
    int smooth = 0;
    int asked = 0;
    double step = kind.noise() / 32;
    for (int i = 0; i < 20; i++) {
      for (int k = 0; k < kind.length(); k++) {
        double[] at = new double[3];
        float[] place = new float[3];
        for (int m = 0; m < 3; m++) {
          float[] moved = found[i].clone();
          moved[k] += (float) ((m - 1) * step);
          place[m] = moved[k];
          at[m] = kind.task().margin(moved, decisions.get(i));
        }
        asked++;
        double slope = (at[2] - at[0]) / (place[2] - place[0]);
        double before = (at[1] - at[0]) / (place[1] - place[0]);
        // Where the margin is the largest of several, a step across an edge says nothing.
        if (Math.abs(slope - before) < 0.03 * Math.abs(slope) + 1e-3) {
          assertEquals(slope, gradient[i * kind.length() + k], 0.03 * Math.abs(slope) + 2e-3);
          smooth++;
        }
      }
    }
    assertTrue(smooth > asked / 2, smooth + " of " + asked + " were smooth");
  }

  private static float[] gradient(Kind kind, List<Decision> decisions, float[][] found) {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray leaf = array(manager, found);
      DecisionBatch batch = kind.task().batch(decisions, manager, UnaryOperator.identity());
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(batch.margins(leaf).sum());
        return leaf.getGradient().toFloatArray();
      }
    }
  }

  /** A search begins there. */
  @ParameterizedTest
  @MethodSource("kinds")
  void theGradientAtTheDecisionItselfIsFinite(Kind kind) {
    float[][] rows = rows(kind, 4);
    for (float slope : gradient(kind, kind.task().decide(rows), rows)) {
      assertTrue(Float.isFinite(slope), "slope " + slope);
    }
  }

  /** A model that has just decided moves together with what it is compared with. */
  @ParameterizedTest
  @MethodSource("kinds")
  void gradientsFlowThroughWhatAModelHasJustDecided(Kind kind) {
    float[][] rows = rows(kind, 5);
    float[][] found = near(kind, rows);
    float[] ofFound = gradient(kind, kind.task().decide(rows), found);
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray original = array(manager, rows);
      NDArray compressed = array(manager, found);
      try (GradientTape tape = GradientTape.open()) {
        original.setRequiresGradient(true);
        compressed.setRequiresGradient(true);
        tape.backward(kind.task().decide(original).margins(compressed).sum());
        // Of peaks several points are as far off, in whole cells: any of them has the slope.
        if (!kind.isPeak()) {
          assertArrayEquals(ofFound, compressed.getGradient().toFloatArray(), 1e-3f);
        }
        float most = 0;
        for (float slope : original.getGradient().toFloatArray()) {
          most = Math.max(most, Math.abs(slope));
        }
        assertTrue(most > 0, "no slope");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void distanceIsZeroForTheSameAndGrows(Kind kind) {
    float[][] rows = rows(kind, 6);
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray taught = array(manager, rows);
      NDArray same = kind.task().distance(array(manager, rows), taught);
      assertEquals(new Shape(ROWS, 1), same.getShape());
      for (float distance : same.toFloatArray()) {
        assertEquals(0, distance, 1e-6);
      }
      float sum = 0;
      for (float distance :
          kind.task().distance(array(manager, near(kind, rows)), taught).toFloatArray()) {
        // Where no point counts there is nothing to keep.
        assertTrue(distance >= 0, "distance " + distance);
        sum += distance;
      }
      assertTrue(sum > 0.1 * ROWS, "mean distance " + sum / ROWS);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void tasksAndDecisionsAreReadFromTheirJson(Kind kind) throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertEquals(kind.task(), Tasks.read(json.readTree(Tasks.text(kind.task()))));
    List<String> identities = new ArrayList<>();
    for (float[] row : rows(kind, 7)) {
      Decision decision = kind.task().decide(row);
      Decision read = Decisions.read(Decisions.write(decision));
      assertEquals(decision, read);
      assertEquals(decision.identity(), read.identity());
      identities.add(decision.identity());
    }
    assertEquals(ROWS, identities.stream().distinct().count());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void numbersThatAreNotFiniteAreRefused(Kind kind) {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] row = rows(kind, 8)[0];
      row[row.length - 1] = odd;
      Refusal.says(() -> kind.task().decide(row), "the model gives", "expected a finite number");
    }
  }

  @Test
  void aVectorOfZerosIsRefused() {
    Refusal.says(
        () -> new Embedding(0.9, Optional.empty()).decide(new float[4]),
        "a vector of 4 zeros",
        "expected one with a direction");
  }

  @Test
  void rowsOfAnotherLengthAreRefused() {
    Kind kind = points(Form.PEAK, Unit.PIXELS, 12, 240, 0.15);
    Refusal.says(() -> kind.task().decide(new float[239]), "239 numbers", "240", "8x6");
  }

  @Test
  void vectorsOfAnyLengthAreCompared() {
    Embedding task = new Embedding(0.9, Optional.empty());
    float[] large = {3e38f, 3e38f};
    float[] small = {1e-38f, 1e-38f};
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch =
          task.batch(List.of(task.decide(large)), manager, UnaryOperator.identity());
      NDArray scores = manager.create(small, new Shape(1, 2));
      assertEquals(1, batch.margins(scores).toFloatArray()[0], 1e-5);
    }
    assertEquals(1, Vector.of(task.decide(large)).cosine(task.decide(small)), 1e-6);
  }

  @Test
  void differencesAreSaidInWords() {
    Embedding embedding = new Embedding(0.9, Optional.empty());
    assertEquals(
        Optional.of("a vector at cosine 0.6000 in place of at least 0.9"),
        embedding.difference(
            embedding.decide(new float[] {1, 0}), embedding.decide(new float[] {3, 4})));
    Regression regression = new Regression(Measure.MAX, 0.5, "degrees");
    assertEquals(
        Optional.of("2.25 degrees apart in place of at most 0.5 degrees"),
        regression.difference(
            regression.decide(new float[] {1, 0}), regression.decide(new float[] {1, 2.25f})));
    Task keypoints = points(Form.XY, Unit.PIXELS, 2, 10, 1).task();
    float[] moved = {0, 0, 0, 0, 3, 4, 0, 0, 0, 0};
    assertEquals(
        Optional.of("point 2 moved by 5.000 pixels in place of at most 2.0"),
        keypoints.difference(keypoints.decide(new float[10]), keypoints.decide(moved)));
  }

  private static NDArray array(NDManager manager, float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return manager.create(flat, new Shape(rows.length, rows[0].length));
  }
}
