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
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MultiLabelTest {
  private static final int CLASSES = 4;
  private static final int ROWS = 300;
  private static final MultiLabel HALF = new MultiLabel(CLASSES, List.of(0.5));

  @TempDir Path folder;

  static Stream<MultiLabel> tasks() {
    return Stream.of(
        HALF,
        new MultiLabel(CLASSES, List.of(0.9)),
        new MultiLabel(CLASSES, List.of(0.1, 0.5, 0.7, 0.95)));
  }

  /** Halves, so that scores lie on the threshold 0.5. */
  private static float[][] scores(int seed, int rows) {
    Random random = new Random(seed);
    float[][] scores = new float[rows][CLASSES];
    for (float[] row : scores) {
      for (int c = 0; c < CLASSES; c++) {
        row[c] = Math.round(random.nextGaussian() * 6) / 2f;
      }
    }
    return scores;
  }

  private static NDArray array(NDManager manager, float[][] rows) {
    float[] flat = new float[rows.length * CLASSES];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * CLASSES, CLASSES);
    }
    return manager.create(flat, new Shape(rows.length, CLASSES));
  }

  /** What is decided on other rows, so that it differs in some classes. */
  private static List<Decision> others(MultiLabel task, int seed, int rows) {
    return task.decide(scores(seed, rows));
  }

  @Test
  void everyClassFromItsThresholdOnIsGivenWithItsProbability() {
    MultiLabel task = new MultiLabel(3, List.of(0.5, 0.9, 0.2));
    LabelSet set = task.decide(new float[] {0, 2, -1});
    assertEquals(List.of(0, 2), set.numbers());
    assertEquals(0.5f, set.probabilities().get(0));
    double third = 1 / (1 + Math.E);
    assertEquals(third, set.probabilities().get(1), 1e-7, "rounded to float32");
    // Class 1 is not given, with a probability of 1 - sigmoid(2).
    assertEquals(1 / (1 + Math.exp(2)), set.confidence(), 1e-7, "rounded to float32");
    assertEquals("[0, 2]", set.identity());
    assertEquals("circle, 2", set.text(List.of("circle", "square")));
    assertEquals("no label", LabelSet.known(List.of()).text(List.of()));
  }

  @Test
  void aDifferenceNamesTheLabelsThatCameOrWent() {
    LabelSet some = LabelSet.known(List.of(1, 3));
    assertEquals(Optional.empty(), HALF.difference(some, LabelSet.known(List.of(3, 1))));
    assertEquals(
        Optional.of("label 3 missing, labels 0 and 2 added"),
        HALF.difference(some, LabelSet.known(List.of(0, 1, 2))));
    assertEquals(
        Optional.of("labels 0 and 1 and 2 and 3 and 4 and 2 more missing"),
        HALF.difference(LabelSet.known(List.of(0, 1, 2, 3, 4, 5, 6)), LabelSet.known(List.of())));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginIsBelowZeroJustWhereAnotherDecisionIsMade(MultiLabel task) {
    float[][] scores = scores(1, ROWS);
    List<Decision> decisions = others(task, 2, ROWS);
    int held = 0;
    for (int i = 0; i < ROWS; i++) {
      Decision made = task.decide(scores[i]);
      assertTrue(task.margin(scores[i], made) >= 0);
      double margin = task.margin(scores[i], decisions.get(i));
      boolean same = !task.differ(decisions.get(i), made);
      assertEquals(same, margin >= 0, "margin " + margin);
      held += same ? 1 : 0;
    }
    assertTrue(held > 5 && held < ROWS - 5, held + " of " + ROWS + " are the same");
  }

  @Test
  void theMarginIsTheLeastDistanceToAThresholdInLogOdds() {
    MultiLabel task = new MultiLabel(2, List.of(0.5, 0.8));
    double bound = Math.log(4);
    assertEquals(2, task.margin(new float[] {2, 9}, LabelSet.known(List.of(0, 1))), 1e-6);
    assertEquals(
        bound + 1, task.margin(new float[] {-7, -1}, LabelSet.known(List.of())), 1e-6, "float32");
    assertEquals(-7, task.margin(new float[] {-7, -1}, LabelSet.known(List.of(0))), 1e-6);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void arraysSayWhatNumbersSay(MultiLabel task) {
    float[][] scores = scores(3, ROWS);
    List<Decision> decisions = others(task, 4, ROWS);
    float[] margins = new float[ROWS];
    float[] made = new float[ROWS];
    float[] likelihood = new float[ROWS];
    float[] own = new float[ROWS];
    float[] confident = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      boolean[] given = LabelSet.of(decisions.get(i)).given(CLASSES);
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        double odds = given[c] ? scores[i][c] : -scores[i][c];
        likelihood[i] -= (float) Math.log1p(Math.exp(-odds));
        least = Math.min(least, odds);
      }
      margins[i] = (float) task.margin(scores[i], decisions.get(i));
      made[i] = task.differ(decisions.get(i), task.decide(scores[i])) ? 0 : 1;
      own[i] = (float) task.margin(scores[i], task.decide(scores[i]));
      confident[i] = (float) Math.min(margins[i], least - Math.log(0.6 / 0.4));
      sure[i] = least >= Math.log(0.6 / 0.4) ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray array = array(manager, scores);
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      assertEquals(new Shape(ROWS, 1), batch.margins(array).getShape());
      // On the threshold numbers say the least below 0, which float32 lacks.
      assertArrayEquals(margins, batch.margins(array).toFloatArray(), 1e-9f);
      assertArrayEquals(made, batch.made(array).toFloatArray());
      assertArrayEquals(confident, batch.margins(array, 0.6).toFloatArray(), 1e-6f);
      assertArrayEquals(sure, batch.sure(array, 0.6).toFloatArray());
      // Sums of four logarithms in float32.
      assertArrayEquals(likelihood, batch.logLikelihood(array).toFloatArray(), 1e-5f);
      DecisionBatch decided = task.decide(array);
      assertArrayEquals(own, decided.margins(array).toFloatArray());
      for (float each : decided.made(array).toFloatArray()) {
        assertEquals(1, each);
      }
    }
  }

  @Test
  void aConfidenceIsThatOfTheDecisionInArraysToo() {
    float[][] scores = scores(5, ROWS);
    List<Decision> decisions = HALF.decide(scores);
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      sure[i] = decisions.get(i).confidence() >= 0.7 ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch = HALF.batch(decisions, manager, UnaryOperator.identity());
      assertArrayEquals(sure, batch.sure(array(manager, scores), 0.7).toFloatArray());
    }
  }

  /** Central differences; steps of 1/64 are exact in float32. */
  @ParameterizedTest
  @MethodSource("tasks")
  void gradientsAreThoseOfFiniteDifferences(MultiLabel task) {
    int rows = 40;
    Random random = new Random(6);
    float[][] scores = new float[rows][CLASSES];
    for (float[] row : scores) {
      for (int c = 0; c < CLASSES; c++) {
        row[c] = Math.round(random.nextGaussian() * 2 * 64) / 64f;
      }
    }
    List<Decision> decisions = others(task, 7, rows);
    float[][] taught = scores(8, rows);
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      NDArray teacher = array(manager, taught);
      float[] ofMargin = gradient(array(manager, scores), batch::margins);
      float[] ofDistance =
          gradient(array(manager, scores), rowsArray -> task.distance(rowsArray, teacher));
      int smooth = 0;
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < CLASSES; c++) {
          double[] at = new double[3];
          for (int k = -1; k <= 1; k++) {
            float[] moved = scores[i].clone();
            moved[c] += k / 64f;
            at[k + 1] = task.margin(moved, decisions.get(i));
          }
          // Where another class becomes the nearest, a step across the edge says nothing.
          if (Math.abs(at[2] - 2 * at[1] + at[0]) < 1e-5) {
            assertEquals((at[2] - at[0]) * 32, ofMargin[i * CLASSES + c], 1e-4);
            smooth++;
          }
          // The derivative of a square is linear.
          assertEquals(
              2 * (scores[i][c] - taught[i][c]) / CLASSES, ofDistance[i * CLASSES + c], 1e-5);
        }
      }
      assertTrue(smooth > 130, smooth + " of 160 were smooth");
    }
  }

  private static float[] gradient(NDArray leaf, UnaryOperator<NDArray> function) {
    try (GradientTape tape = GradientTape.open()) {
      leaf.setRequiresGradient(true);
      NDArray each = function.apply(leaf);
      assertEquals(new Shape(leaf.getShape().get(0), 1), each.getShape());
      tape.backward(each.sum());
      return leaf.getGradient().toFloatArray();
    }
  }

  @Test
  void tasksAndDecisionsComeBackFromTheirJson() throws IOException {
    ObjectMapper json = new ObjectMapper();
    for (MultiLabel task : tasks().toList()) {
      assertEquals(task, Tasks.read(json.readTree(Tasks.text(task))));
      for (Decision decision : task.decide(scores(9, 20))) {
        assertEquals(decision, Decisions.read(Decisions.write(decision)));
      }
    }
    assertEquals(
        "{\"labels\":[1],\"probabilities\":[0.75],\"confidence\":0.75}",
        Decisions.write(new LabelSet(List.of(1), List.of(0.75f), 0.75f)));
    assertEquals("{\"kind\":\"multi-label\",\"classes\":4,\"threshold\":0.5}", Tasks.text(HALF));
  }

  @Test
  void rowsAndThresholdsThatCannotBeAreRefused() {
    Refusal.says(() -> HALF.decide(new float[5]), "5 numbers", "4 classes");
    Refusal.says(() -> HALF.decide(new float[] {0, Float.NaN, 0, 0}), "not a number", "class 1");
    Refusal.says(() -> new MultiLabel(4, List.of(0.5, 0.5)), "2 thresholds", "4 classes");
    for (double threshold : new double[] {0, 1, Double.NaN}) {
      Refusal.says(() -> new MultiLabel(4, List.of(threshold)), "expected above 0 and below 1");
    }
    Refusal.says(
        () -> HALF.requirePossible(List.of(LabelSet.known(List.of(1, 4))), 4, "m.onnx"),
        "a label is 4",
        "0 to 3",
        "m.onnx");
  }

  private static OnnxModel model(String end, long... dims) {
    GraphBuilder graph = new GraphBuilder("model");
    String input = graph.input("input", dims);
    graph.output(graph.node(end, "scores", List.of(input), Map.of()), dims);
    return graph.build();
  }

  @ParameterizedTest
  @CsvSource({"5", "5 1 1", "1 5"})
  void sigmoidsAndLogitsOfSeveralClassesAreRead(String dims) {
    long[] shape = Stream.of(dims.split(" ")).mapToLong(Long::parseLong).toArray();
    for (String end : List.of("Sigmoid", "Identity")) {
      OnnxModel read = Tasks.read("--task", "multi-label,threshold=0.3", model(end, shape));
      assertEquals(new MultiLabel(5, List.of(0.3)), Tasks.of(read));
      assertEquals(
          end.equals("Sigmoid"), new MultiLabelKind().looksLike(model(end, shape)).isPresent());
    }
  }

  @Test
  void outputsThatAreNoScoresOfSeveralClassesAreRefused() {
    String task = "multi-label";
    Refusal.says(
        () -> Tasks.read("--task", task, model("Sigmoid", 1)), "one number", "--task binary");
    Refusal.says(
        () -> Tasks.read("--task", task, model("Softmax", 3)), "softmax", "--task classification");
    Refusal.says(
        () -> Tasks.read("--task", task, model("Sigmoid", 3, 8, 8)), "Nx3x8x8", "batch x classes");
  }

  @Test
  void ofSeveralOutputsTheOneThatFitsOrIsNamedIsRead() {
    GraphBuilder graph = new GraphBuilder("model");
    String input = graph.input("input", 3);
    graph.output(graph.node("Neg", "embedding", List.of(input), Map.of()), 3);
    graph.output(graph.node("Sigmoid", "scores", List.of(input), Map.of()), 3);
    OnnxModel model = graph.build();
    Refusal.says(
        () -> Tasks.read("--task", "multi-label", model), "embedding", "scores", "output=NAME");
    OnnxModel read = Tasks.read("--task", "multi-label,output=scores", model);
    assertEquals(List.of("scores"), read.rows().orElseThrow().names());
    Refusal.says(
        () -> Tasks.read("--task", "multi-label,output=score", model), "output=score is set");
  }

  @Test
  void thresholdsOfEachClassComeFromAFile() throws IOException {
    Path file = folder.resolve("thresholds.txt");
    Files.writeString(file, "0.5\n0.25\n\n 0.75 \n");
    OnnxModel model = model("Sigmoid", 3);
    assertEquals(
        new MultiLabel(3, List.of(0.5, 0.25, 0.75)),
        Tasks.of(Tasks.read("--task", "multi-label,thresholds=" + file, model)));
    Refusal.says(
        () -> Tasks.read("--task", "multi-label,thresholds=" + file, model("Sigmoid", 4)),
        "3 thresholds",
        "4 classes");
    Files.writeString(file, "0.5\n1.5\n");
    Refusal.says(
        () -> Tasks.read("--task", "multi-label,thresholds=" + file, model),
        "thresholds.txt",
        "'1.5' on line 2");
    Refusal.says(
        () -> Tasks.read("--task", "multi-label,threshold=0.5,thresholds=" + file, model),
        "expected one of them");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    OnnxModel model = model("Sigmoid", 3);
    for (String wrong : new ArrayList<>(List.of("threshold=0", "threshold=1.5", "threshold=x"))) {
      Refusal.says(() -> Tasks.read("--task", "multi-label," + wrong, model), "threshold");
    }
    Refusal.says(() -> Tasks.read("--task", "multi-label,classes=4", model), "Nx3", "4 classes");
    Refusal.says(() -> Tasks.read("--task", "multi-label,classes=2.5", model), "whole number");
    Refusal.says(() -> Tasks.read("--task", "multi-label,treshold=1", model), "'threshold'");
  }
}
