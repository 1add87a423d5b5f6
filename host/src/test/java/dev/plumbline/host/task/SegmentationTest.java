package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.task.MaskOutput.Form;
import dev.plumbline.host.task.MaskOutput.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentationTest {
  private static final int CLASSES = 4;
  private static final int WIDTH = 12;
  private static final int PIXELS = WIDTH * 8;
  private static final int ROWS = 150;

  static Stream<Segmentation> tasks() {
    return Stream.of(
        task(Form.SCORES, Layout.FIRST, new MaskRule(0.5, 0.01, OptionalInt.empty())),
        task(Form.SCORES, Layout.LAST, new MaskRule(0.7, 0.1, OptionalInt.empty())),
        task(Form.SCORES, Layout.FIRST, new MaskRule(0.4, 0, OptionalInt.of(0))),
        task(Form.FOREGROUND, Layout.FIRST, new MaskRule(0.5, 0.05, OptionalInt.empty())),
        task(Form.FOREGROUND, Layout.FIRST, new MaskRule(0.3, 0.01, OptionalInt.of(0))));
  }

  private static Segmentation task(Form form, Layout layout, MaskRule rule) {
    int classes = form == Form.FOREGROUND ? 2 : CLASSES;
    return new Segmentation(new MaskOutput(form, classes, layout, 0.3), rule);
  }

  /**
   * Pairs of rows that resemble each other more or less: blobs with noise. Halves, so that ties
   * occur.
   */
  private static float[][][] pairs(Segmentation task, int seed) {
    Random random = new Random(seed);
    int each = task.output().form() == Form.FOREGROUND ? 1 : CLASSES;
    float[][][] pairs = new float[2][ROWS][each * PIXELS];
    for (int i = 0; i < ROWS; i++) {
      float likeness = random.nextFloat() * 9;
      for (int c = 0; c < each; c++) {
        int x = random.nextInt(WIDTH);
        int y = random.nextInt(8);
        int size = 1 + random.nextInt(6);
        for (int p = 0; p < PIXELS; p++) {
          int away = Math.max(Math.abs(p % WIDTH - x), Math.abs(p / WIDTH - y));
          float score = away < size ? likeness : c == 0 && each > 1 ? 1 : -1;
          for (int k = 0; k < 2; k++) {
            int at = task.output().place(c, p, PIXELS);
            pairs[k][i][at] = Math.round((score + random.nextGaussian()) * 2) / 2f;
          }
        }
      }
    }
    return pairs;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginIsBelowZeroJustWhereTheMasksDeviate(Segmentation task) {
    float[][][] pairs = pairs(task, 1);
    int deviating = 0;
    for (int i = 0; i < ROWS; i++) {
      Mask expected = task.decide(pairs[0][i]);
      boolean differs = task.differ(expected, task.decide(pairs[1][i]));
      double margin = task.margin(pairs[1][i], expected);
      assertEquals(differs, margin < 0, "margin " + margin);
      assertTrue(task.margin(pairs[0][i], expected) >= 0);
      deviating += differs ? 1 : 0;
    }
    assertTrue(deviating > 10 && deviating < ROWS - 10, deviating + " of " + ROWS + " deviate");
  }

  /**
   * The definition: pixels' margins that fall by a little less do not change the decision. A few
   * masks come to where a class appears for a moment.
   */
  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginIsByHowMuchThePixelsHaveToFall(Segmentation task) {
    float[][][] pairs = pairs(task, 2);
    int changing = 0;
    for (int i = 0; i < ROWS; i++) {
      Mask expected = task.decide(pairs[0][i]);
      double margin = task.margin(pairs[1][i], expected);
      float[] less = fallen(task, pairs[1][i], expected, margin - 0.01);
      float[] more = fallen(task, pairs[1][i], expected, margin + 0.01);
      boolean changes =
          !task.differ(expected, task.decide(less)) && task.differ(expected, task.decide(more));
      changing += changes ? 1 : 0;
    }
    assertTrue(changing >= ROWS * 98 / 100, changing + " of " + ROWS + " change there");
  }

  /** A row whose pixels' margins are smaller by so much. */
  private static float[] fallen(Segmentation task, float[] row, Mask expected, double by) {
    float[] fallen = row.clone();
    int[] classes = expected.classes();
    for (int p = 0; p < PIXELS; p++) {
      if (task.output().form() == Form.FOREGROUND) {
        fallen[p] += (float) (classes[p] == 1 ? -by : by);
      } else {
        fallen[task.output().place(classes[p], p, PIXELS)] -= (float) by;
      }
    }
    return fallen;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void arraysSayWhatNumbersSay(Segmentation task) {
    float[][][] pairs = pairs(task, 3);
    List<Decision> expected = new ArrayList<>(task.decide(pairs[0]));
    float[] margins = new float[ROWS];
    float[] made = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) task.margin(pairs[1][i], expected.get(i));
      made[i] = task.differ(expected.get(i), task.decide(pairs[1][i])) ? 0 : 1;
      sure[i] = expected.get(i).confidence() >= 0.6 ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = array(manager, pairs[1]);
      NDArray own = array(manager, pairs[0]);
      DecisionBatch batch = task.batch(expected, manager, UnaryOperator.identity());
      // Both search a cell of the cube root; sums of exponentials do not enter.
      assertArrayEquals(margins, batch.margins(array).toFloatArray(), 1e-4f);
      assertArrayEquals(made, batch.made(array).toFloatArray());
      assertArrayEquals(sure, batch.sure(own, 0.6).toFloatArray());
      DecisionBatch decided = task.decide(own);
      assertArrayEquals(margins, decided.margins(array).toFloatArray(), 1e-4f);
      assertArrayEquals(new long[] {ROWS, 1}, decided.margins(array).getShape().getShape());
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void aMarginWithConfidenceIsTheSmallerOfMarginAndLogOdds(Segmentation task) {
    float[][] rows = pairs(task, 4)[0];
    List<Decision> decisions = new ArrayList<>(task.decide(rows));
    float[] expected = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double sure = decisions.get(i).confidence();
      double odds = Math.log(sure / (1 - sure)) - Math.log(0.6 / 0.4);
      expected[i] = (float) Math.min(task.margin(rows[i], decisions.get(i)), odds);
    }
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      // The odds expected are those of a confidence rounded to float32.
      assertArrayEquals(expected, batch.margins(array(manager, rows), 0.6).toFloatArray(), 1e-4f);
    }
  }

  /**
   * Exact where all pixels move alike; see {@link MaskMargins}. Where a class comes and goes on the
   * way, there is more than one boundary, and the nearest may be another after a step.
   */
  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginsGradientIsOneAlongAFallOfAllPixels(Segmentation task) {
    float[][][] pairs = pairs(task, 5);
    List<Decision> expected = new ArrayList<>(task.decide(pairs[0]));
    float[] slopes = gradient(pairs[1], rows -> margins(task, expected, rows));
    int each = pairs[1][0].length;
    int smooth = 0;
    for (int i = 0; i < ROWS; i++) {
      Mask mask = Mask.of(expected.get(i));
      float[] direction = fallen(task, new float[each], mask, -1);
      double along = 0;
      for (int k = 0; k < each; k++) {
        along += (double) direction[k] * slopes[i * each + k];
      }
      double up = task.margin(fallen(task, pairs[1][i], mask, -0.25), mask);
      double down = task.margin(fallen(task, pairs[1][i], mask, 0.25), mask);
      assertEquals(1, along, 1e-4, "weights of " + PIXELS + " float32 pixels");
      // Cells are some 1e-4 wide.
      smooth += Math.abs((up - down) / 0.5 - along) < 1e-2 ? 1 : 0;
    }
    assertTrue(smooth > ROWS * 9 / 10, smooth + " of " + ROWS + " are smooth");
  }

  private static NDArray margins(Segmentation task, List<Decision> expected, NDArray rows) {
    return task.batch(expected, rows.getManager(), UnaryOperator.identity()).margins(rows);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void gradientsOfSmoothMeasuresAreThoseOfFiniteDifferences(Segmentation task) {
    float[][] rows = Arrays.copyOf(pairs(task, 6)[0], 3);
    float[][] taught = Arrays.copyOf(pairs(task, 7)[0], 3);
    List<Decision> decisions = new ArrayList<>(task.decide(taught));
    isThatOfDifferences(
        rows, x -> task.distance(x, array(x.getManager(), taught)), "distance of rows");
    isThatOfDifferences(
        rows,
        x -> task.batch(decisions, x.getManager(), UnaryOperator.identity()).logLikelihood(x),
        "log likelihood");
    isThatOfDifferences(
        rows,
        x -> task.batch(decisions, x.getManager(), UnaryOperator.identity()).support(x),
        "support");
  }

  /** Steps of 1/4 in float32: sums of some units are good to 1e-6, curves to 1e-2 of slopes. */
  private static void isThatOfDifferences(
      float[][] rows, Function<NDArray, NDArray> measure, String what) {
    float[] found = gradient(rows, measure);
    int each = rows[0].length;
    try (NDManager manager = DeviceArrays.owner()) {
      for (int k = 0; k < each; k += 7) {
        float[] up = moved(manager, rows, k, 0.25f, measure);
        float[] down = moved(manager, rows, k, -0.25f, measure);
        for (int i = 0; i < rows.length; i++) {
          double slope = (up[i] - down[i]) / 0.5;
          assertEquals(slope, found[i * each + k], 2e-2 * Math.abs(slope) + 1e-5, what);
        }
      }
    }
  }

  private static float[] moved(
      NDManager manager, float[][] rows, int at, float by, Function<NDArray, NDArray> measure) {
    float[][] moved = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      moved[i] = rows[i].clone();
      moved[i][at] += by;
    }
    return measure.apply(array(manager, moved)).toFloatArray();
  }

  private static float[] gradient(float[][] rows, Function<NDArray, NDArray> measure) {
    try (NDManager manager = DeviceArrays.owner();
        GradientTape tape = GradientTape.open()) {
      NDArray leaf = array(manager, rows);
      leaf.setRequiresGradient(true);
      tape.backward(measure.apply(leaf).sum());
      return leaf.getGradient().toFloatArray();
    }
  }

  private static NDArray array(NDManager manager, float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return manager.create(flat, new Shape(rows.length, rows[0].length));
  }

  @Test
  void aClassThatVanishesIsADeviationHoweverMuchMasksOverlap() {
    Segmentation task = tasks().findFirst().orElseThrow();
    int[] with = new int[100];
    int[] without = new int[100];
    with[0] = 2;
    assertEquals(
        "no pixel of class 2 in place of 1",
        task.difference(Mask.known(with, 10), Mask.known(without, 10)).orElseThrow());
    assertEquals(
        "1 pixels of class 2 in place of none",
        task.difference(Mask.known(without, 10), Mask.known(with, 10)).orElseThrow());
    int[] larger = new int[1000];
    larger[0] = 2;
    assertTrue(task.difference(Mask.known(larger, 10), Mask.known(new int[1000], 10)).isEmpty());
  }

  @Test
  void masksThatOverlapTooLittleDeviate() {
    Segmentation task = tasks().findFirst().orElseThrow();
    int[] left = new int[100];
    int[] right = new int[100];
    Arrays.fill(left, 0, 50, 1);
    Arrays.fill(right, 25, 75, 1);
    // Each class has 50 pixels in each mask, 25 of them in both: 25 / 75.
    assertEquals(
        "a mask with a mean IoU of 0.3333, expected at least 0.5",
        task.difference(Mask.known(left, 10), Mask.known(right, 10)).orElseThrow());
    int[] near = new int[100];
    Arrays.fill(near, 10, 60, 1);
    // 40 / 60.
    assertTrue(task.difference(Mask.known(left, 10), Mask.known(near, 10)).isEmpty());
  }

  @Test
  void pixelsThatNobodyNotedDoNotCount() {
    Segmentation task = tasks().findFirst().orElseThrow();
    int[] noted = new int[100];
    int[] found = new int[100];
    Arrays.fill(noted, 10, 100, Mask.IGNORED);
    Arrays.fill(found, 10, 100, 3);
    Mask expected = Mask.known(noted, 10);
    assertTrue(task.difference(expected, Mask.known(found, 10)).isEmpty());
    float[] row = new float[400];
    Arrays.fill(row, 310, 400, 5);
    assertTrue(task.margin(row, expected) >= 0);
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch = task.batch(List.of(expected), manager, UnaryOperator.identity());
      NDArray array = array(manager, new float[][] {row});
      assertEquals((float) task.margin(row, expected), batch.margins(array).getFloat(0, 0), 1e-4f);
    }
  }

  @Test
  void wholeNumbersAreMasksWithoutGradient() {
    Segmentation task =
        new Segmentation(
            new MaskOutput(Form.LABELS, 0, Layout.FIRST, 0.5),
            new MaskRule(0.5, 0.01, OptionalInt.empty()));
    float[] row = {0, 0, 3, 3};
    float[] other = {0, 3, 3, 3};
    float[] far = {3, 3, 3, 0};
    Mask mask = task.decide(row);
    assertArrayEquals(new int[] {0, 0, 3, 3}, mask.classes());
    // 1/2 and 2/3; then 0/3 and 1/4.
    assertEquals(7 / 12.0 - 0.5, task.margin(other, mask), 1e-9);
    assertTrue(task.margin(far, mask) < 0 && task.differ(mask, task.decide(far)));
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray rows = array(manager, new float[][] {other, far});
      DecisionBatch batch = task.batch(List.of(mask, mask), manager, UnaryOperator.identity());
      assertArrayEquals(new float[] {1, 0}, batch.made(rows).toFloatArray());
      Refusal.says(() -> task.distance(rows, rows), "the class of each pixel", "puts out scores");
      Refusal.says(() -> batch.margins(rows), "the class of each pixel", "puts out scores");
    }
    Refusal.says(() -> task.decide(new float[] {0.5f}), "0.5", "expected 0 to");
    Refusal.says(() -> task.decide(new float[] {-1}), "-1.0", "expected 0 to");
  }

  @Test
  void rowsThatCannotBeMasksAreRefused() {
    Segmentation task = tasks().findFirst().orElseThrow();
    Refusal.says(() -> task.decide(new float[] {0, Float.NaN, 0, 0}), "not a number");
    Refusal.says(() -> task.decide(new float[6]), "6 numbers", "expected 4 for each pixel");
    Mask small = Mask.known(new int[4], 2);
    Refusal.says(() -> task.margin(new float[8], small), "4 pixels", "expected 2");
    Mask wrong = Mask.known(new int[] {4, 0}, 2);
    Refusal.says(() -> task.margin(new float[8], wrong), "class 4", "expected 0 to 3");
  }

  @Test
  void aMaskComesBackFromItsText() {
    Random random = new Random(8);
    int[] noise = random.ints(513 * 513, 0, 21).toArray();
    int[] runs = new int[513 * 513];
    Arrays.fill(runs, 70_000, 90_000, 300);
    Arrays.fill(runs, 200_000, 200_001, Mask.IGNORED);
    for (int[] classes : new int[][] {noise, runs, {0}, {7, 7, 7}}) {
      Mask mask = new Mask(MaskRuns.of(classes), 0, 0.75f);
      Mask again = Mask.of(Decisions.read(Decisions.write(mask)));
      assertEquals(mask, again);
      assertEquals(mask.identity(), again.identity());
      assertArrayEquals(classes, again.classes());
    }
    int length = Decisions.write(new Mask(MaskRuns.of(runs), 0, 1)).length();
    assertTrue(length < 200, "a mask of three stretches takes " + length + " characters");
    length = Decisions.write(new Mask(MaskRuns.of(noise), 0, 1)).length();
    assertTrue(length < 350_000, "513 x 513 pixels of noise take " + length + " characters");
    assertNotEquals(
        Mask.known(new int[] {0, 1}, 2).identity(), Mask.known(new int[] {1, 0}, 2).identity());
  }

  @Test
  void aTextThatIsNoMaskIsRefused() {
    String text = MaskRuns.of(new int[] {1, 1, 2}).text();
    for (String json :
        List.of(
            "{\"mask\":\"" + text + "\",\"pixels\":4,\"confidence\":1}",
            "{\"mask\":\"" + text + "\",\"pixels\":2,\"confidence\":1}",
            "{\"mask\":\"" + text + "\",\"pixels\":3,\"confidence\":2}",
            "{\"mask\":\"" + text + "\",\"pixels\":3,\"width\":2,\"confidence\":1}",
            "{\"mask\":\"" + text.substring(0, 8) + "\",\"pixels\":3,\"confidence\":1}",
            "{\"mask\":\"???\",\"pixels\":3,\"confidence\":1}",
            "{\"mask\":7,\"pixels\":3,\"confidence\":1}",
            "{\"mask\":\"\",\"pixels\":2000000000,\"confidence\":1}")) {
      assertThrows(IllegalArgumentException.class, () -> Decisions.read(json), json);
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void aTaskComesBackFromItsJson(Segmentation task) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Segmentation again = (Segmentation) Tasks.read(json.readTree(Tasks.text(task)));
    assertEquals(task.rule(), again.rule());
    assertEquals(task.output().form(), again.output().form());
    assertEquals(Tasks.text(task), Tasks.text(again));
  }

  @Test
  void aMaskIsBroughtToAnotherSizeByNearestPixels() {
    Mask small = new Mask(MaskRuns.of(new int[] {0, 1, 2, 3, 4, 5}), 0, 1);
    assertEquals(3, small.width(320, 200));
    assertEquals(2, small.width(200, 320));
    assertArrayEquals(
        new int[] {0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5},
        small.classes(6, 4));
    Segmentation task = tasks().findFirst().orElseThrow();
    assertTrue(task.difference(Mask.known(small.classes(6, 4), 6), small).isEmpty());
    assertEquals(
        "16.7 % sky, 16.7 % class 1, 16.7 % class 2, 16.7 % class 3 and 2 more",
        small.text(List.of("sky")));
  }
}
