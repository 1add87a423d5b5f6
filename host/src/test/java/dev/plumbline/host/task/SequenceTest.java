package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.task.Sequence.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceTest {
  private static final int STEPS = 5;
  private static final int ROWS = 120;

  static Stream<Sequence> tasks() {
    return Stream.of(
        new Sequence(3, 0, Layout.NTC, Optional.empty()),
        new Sequence(4, 3, Layout.NCT, Optional.empty()),
        new Sequence(2, 1, Layout.NTC, Optional.empty()),
        new Sequence(5, 2, Layout.NTC, Optional.of(new Alphabet(List.of("a", "b", "c", "d")))));
  }

  private static Sequence digits() {
    return new Sequence(4, 0, Layout.NTC, Optional.of(new Alphabet(List.of("1", "2", "3"))));
  }

  private static float[] row(int classes, int... path) {
    float[] row = new float[path.length * classes];
    for (int t = 0; t < path.length; t++) {
      row[t * classes + path[t]] = 2;
    }
    return row;
  }

  private static Decoded string(Integer... classes) {
    return new Decoded(List.of(classes), Optional.empty(), 1);
  }

  /** Halves where ties shall occur, 64ths that finite differences step over exactly elsewhere. */
  private static float[][] scores(Sequence task, int seed, double unit) {
    Random random = new Random(seed);
    float[][] scores = new float[ROWS][STEPS * task.classes()];
    for (float[] row : scores) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) (Math.rint(random.nextGaussian() * 2 / unit) * unit);
      }
    }
    return scores;
  }

  /** What models decide on half of the rows, strings that they need not decide on the others. */
  private static List<Decision> strings(Sequence task, float[][] scores, int seed) {
    Random random = new Random(seed);
    List<Decision> strings = new ArrayList<>();
    for (float[] row : scores) {
      int[] path = random.ints(STEPS, 0, task.classes()).toArray();
      strings.add(random.nextBoolean() ? task.decide(row) : string(spelled(path, task.blank())));
    }
    return strings;
  }

  private static Integer[] spelled(int[] path, int blank) {
    List<Integer> string = new ArrayList<>();
    for (int t = 0; t < path.length; t++) {
      if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) {
        string.add(path[t]);
      }
    }
    return string.toArray(Integer[]::new);
  }

  /** The definition, over all paths. */
  private static double ofAllPaths(Sequence task, float[] row, Decoded string) {
    int classes = task.classes();
    double spelling = Double.NEGATIVE_INFINITY;
    double other = Double.NEGATIVE_INFINITY;
    int[] path = new int[STEPS];
    for (int number = 0; number < Math.pow(classes, STEPS); number++) {
      double score = 0;
      for (int t = 0, rest = number; t < STEPS; t++, rest /= classes) {
        path[t] = rest % classes;
        score += row[task.layout() == Layout.NTC ? t * classes + path[t] : path[t] * STEPS + t];
      }
      if (List.of(spelled(path, task.blank())).equals(string.classes())) {
        spelling = Math.max(spelling, score);
      } else {
        other = Math.max(other, score);
      }
    }
    return spelling - other;
  }

  @Test
  void repeatsAreTakenTogetherAndBlanksLeftOut() {
    Decoded decoded = digits().decide(row(4, 0, 1, 1, 0, 1, 2, 2));
    assertEquals(List.of(1, 1, 2), decoded.classes());
    assertEquals("\"112\"", decoded.text(List.of()));
    assertEquals("\"\"", digits().decide(row(4, 0, 0)).text(List.of()));
    Sequence plain = new Sequence(4, 3, Layout.NTC, Optional.empty());
    assertEquals("[0, 1]", plain.decide(row(4, 0, 3, 1, 1)).text(List.of()));
  }

  @Test
  void anotherStringIsADeviationInWords() {
    Sequence task = digits();
    assertEquals(
        Optional.of("\"12\" in place of \"13\""),
        task.difference(task.decide(row(4, 1, 3)), task.decide(row(4, 1, 2))));
    assertEquals(
        Optional.empty(), task.difference(task.known("13"), task.decide(row(4, 0, 1, 1, 3))));
    assertTrue(task.differ(task.known("1?"), task.decide(row(4, 1))));
  }

  @Test
  void theConfidenceIsTheOddsOfTheStringAgainstTheNextBest() {
    // Of two steps with a lead of 2 each, one has to change: odds of exp(2).
    Decoded decoded = digits().decide(row(4, 1, 2));
    assertEquals(Math.exp(2) / (1 + Math.exp(2)), decoded.confidence(), 1e-7, "as float32");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginIsThatOfAllPathsAndItsSignTellsTheDecision(Sequence task) {
    float[][] scores = scores(task, 1, 0.5);
    List<Decision> strings = strings(task, scores, 2);
    int held = 0;
    int ties = 0;
    for (int i = 0; i < ROWS; i++) {
      Decoded string = Decoded.of(strings.get(i));
      double margin = task.margin(scores[i], string);
      // Sums of halves are exact.
      assertEquals(ofAllPaths(task, scores[i], string), margin, 1e-300);
      assertEquals(!task.differ(string, task.decide(scores[i])), margin >= 0);
      held += margin >= 0 ? 1 : 0;
      ties += Math.abs(margin) < 0.1 ? 1 : 0;
    }
    assertTrue(held >= ROWS / 3 && held < ROWS && ties > 5, held + " held, " + ties + " ties");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void arraysSayWhatNumbersSay(Sequence task) {
    float[][] scores = scores(task, 3, 0.5);
    List<Decision> strings = strings(task, scores, 4);
    float[] margins = new float[ROWS];
    float[] made = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) task.margin(scores[i], strings.get(i));
      made[i] = task.differ(strings.get(i), task.decide(scores[i])) ? 0 : 1;
      sure[i] = margins[i] >= Math.log(0.8 / 0.2) ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = manager.create(flat(scores), new Shape(ROWS, scores[0].length));
      DecisionBatch batch = task.batch(strings, manager, UnaryOperator.identity());
      // Sums of halves are exact in float32 too; a tie has no sign there.
      assertArrayEquals(margins, batch.margins(array).toFloatArray(), Float.MIN_NORMAL);
      assertArrayEquals(made, batch.made(array).toFloatArray());
      assertArrayEquals(sure, batch.sure(array, 0.8).toFloatArray());
      float[] odds = batch.margins(array, 0.8).toFloatArray();
      for (int i = 0; i < ROWS; i++) {
        assertEquals(margins[i] - Math.log(0.8 / 0.2), odds[i], 1e-5, "float32");
      }
      assertArrayEquals(new long[] {ROWS, 1}, batch.margins(array).getShape().getShape());
      float[] own = task.decide(array).made(array).toFloatArray();
      assertTrue(IntStream.range(0, ROWS).allMatch(i -> own[i] == 1));
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theGradientOfAMarginIsThatOfFiniteDifferences(Sequence task) {
    float[][] scores = scores(task, 5, 1 / 64.0);
    List<Decision> strings = strings(task, scores, 6);
    int smooth = 0;
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray leaf = manager.create(flat(scores), new Shape(ROWS, scores[0].length));
      DecisionBatch batch = task.batch(strings, manager, UnaryOperator.identity());
      float[] found;
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(batch.margins(leaf).sum());
        found = leaf.getGradient().toFloatArray();
      }
      for (int i = 0; i < ROWS; i++) {
        for (int c = 0; c < scores[i].length; c++) {
          double[] at = new double[3];
          for (int k = -1; k <= 1; k++) {
            float[] moved = scores[i].clone();
            moved[c] += k / 64f;
            at[k + 1] = task.margin(moved, strings.get(i));
          }
          // Where another path becomes the best, a step across the edge says nothing.
          if (at[2] - 2 * at[1] + at[0] == 0) {
            assertEquals((at[2] - at[0]) * 32, found[i * scores[i].length + c], 1e-6);
            smooth++;
          }
        }
      }
    }
    assertTrue(smooth > ROWS * scores[0].length * 0.8, smooth + " were smooth");
  }

  @Test
  void aStringThatIsLongerThanTheStepsOrHasUnknownCharactersIsFarAway() {
    Sequence task = digits();
    float[] row = row(4, 1, 2);
    List<Decision> strings = List.of(task.known("1231"), task.known("11"), task.known("1x"));
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = manager.create(flat(new float[][] {row, row, row}), new Shape(3, 8));
      float[] found =
          task.batch(strings, manager, UnaryOperator.identity()).margins(array).toFloatArray();
      for (int i = 0; i < 3; i++) {
        assertTrue(task.margin(row, strings.get(i)) < -1e6, strings.get(i).identity());
        assertTrue(found[i] < -1e6 && Float.isFinite(found[i]), strings.get(i).identity());
      }
    }
  }

  @Test
  void theDistanceLeavesOutWhatNoPathDependsOn() {
    Sequence task = digits();
    float[] one = row(4, 1, 2);
    float[] raised = one.clone();
    for (int c = 0; c < 4; c++) {
      raised[c] += 3;
    }
    float[] other = one.clone();
    other[5] += 4;
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray taught = manager.create(flat(new float[][] {one, one}), new Shape(2, 8));
      NDArray scores = manager.create(flat(new float[][] {raised, other}), new Shape(2, 8));
      // 4 at one of four classes: 3, -1, -1, -1 around the mean, squared, over two steps.
      assertArrayEquals(new float[] {0, 1.5f}, task.distance(scores, taught).toFloatArray(), 1e-6f);
    }
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    Sequence task = digits();
    Refusal.says(() -> task.decide(new float[7]), "7 numbers", "multiple of the 4 classes");
    Refusal.says(() -> task.decide(new float[0]), "0 numbers");
    Refusal.says(
        () -> task.decide(new float[] {0, Float.NaN, 0, 0}), "not a number", "finite number");
    Refusal.says(
        () -> task.requirePossible(List.of(string(1, 9)), 8, "m.onnx"), "class 9", "0 to 3");
  }

  @Test
  void tasksAndDecisionsComeBackFromJson() throws Exception {
    for (Sequence task : tasks().toList()) {
      assertEquals(
          task,
          Tasks.read(new com.fasterxml.jackson.databind.ObjectMapper().readTree(Tasks.text(task))));
    }
    for (Decoded decoded : List.of(digits().known("12"), string(0, 4), digits().known("z"))) {
      assertEquals(decoded, Decisions.read(Decisions.write(decoded)));
    }
    assertEquals(
        "{\"sequence\":[1,2],\"text\":\"12\",\"confidence\":1.0}",
        Decisions.write(digits().known("12")));
  }

  @Test
  void aLongAlphabetIsCutShortForPeopleAlone() {
    List<String> many = IntStream.range(0x4e00, 0x5600).mapToObj(Character::toString).toList();
    Sequence task = new Sequence(many.size() + 1, 0, Layout.NTC, Optional.of(new Alphabet(many)));
    assertTrue(Tasks.words(task).endsWith("..."));
    assertEquals(303, Tasks.words(task).length());
    assertTrue(Tasks.text(task).contains(many.get(many.size() - 1)));
    assertEquals(Tasks.text(digits()), Tasks.words(digits()));
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }
}
