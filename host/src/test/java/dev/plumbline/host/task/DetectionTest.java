package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.task.DetectionHead.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DetectionTest {
  private static final int ANCHORS = 40;
  private static final int CLASSES = 3;
  private static final int SIZE = 64;
  private static final int ROWS = 120;

  /** Every layout, form of boxes and form of scores at least once. */
  static Stream<Detection> tasks() {
    return Stream.of(
        task(HeadLayout.YOLOV5, BoxForm.CENTRE, 1, ScoreForm.PROBABILITIES, Background.NONE),
        task(HeadLayout.YOLOV8, BoxForm.CENTRE, 1, ScoreForm.PROBABILITIES, Background.NONE),
        task(HeadLayout.RTDETR, BoxForm.CENTRE, SIZE, ScoreForm.LOGITS, Background.NONE),
        task(HeadLayout.BOXES_SCORES, BoxForm.YXYX, SIZE, ScoreForm.LOGITS, Background.NONE),
        task(
            HeadLayout.BOXES_SCORES,
            BoxForm.CORNERS,
            1,
            ScoreForm.LOG_PROBABILITIES,
            Background.FIRST),
        task(HeadLayout.BOXES_SCORES, BoxForm.CENTRE, SIZE, ScoreForm.SOFTMAX, Background.LAST),
        task(HeadLayout.END2END, BoxForm.CORNERS, 1, ScoreForm.PROBABILITIES, Background.NONE),
        task(HeadLayout.NMS, BoxForm.CORNERS, 1, ScoreForm.PROBABILITIES, Background.NONE));
  }

  private static Detection task(
      HeadLayout layout, BoxForm form, int unit, ScoreForm scores, Background background) {
    boolean listed = layout.isListed();
    DetectionHead head =
        new DetectionHead(
            layout,
            listed ? 1 : CLASSES,
            form,
            unit,
            unit,
            scores,
            background,
            layout == HeadLayout.NMS);
    return new Detection(head, 0.4, 0.5, listed ? 1 : 0.45, 300);
  }

  /** What a row says: corners of each anchor in pixels, and a probability of each class. */
  private record Seen(float[][] boxes, float[][] scores) {
    static Seen random(Random random) {
      float[][] centres = new float[3][4];
      for (float[] centre : centres) {
        for (int k = 0; k < 2; k++) {
          centre[k] = 12 + 40 * random.nextFloat();
          centre[k + 2] = 10 + 14 * random.nextFloat();
        }
      }
      float[][] boxes = new float[ANCHORS][4];
      float[][] scores = new float[ANCHORS][CLASSES];
      for (int a = 0; a < ANCHORS; a++) {
        float[] centre = centres[a % 3];
        for (int k = 0; k < 2; k++) {
          float middle = centre[k] + (float) random.nextGaussian() * 2;
          float side = centre[k + 2] * (1 + (float) random.nextGaussian() * 0.15f);
          boxes[a][k] = middle - side / 2;
          boxes[a][k + 2] = middle + side / 2;
        }
        for (int c = 0; c < CLASSES; c++) {
          double likely = c == a % 3 ? 0.7 : 0.02;
          scores[a][c] = (float) (likely * Math.pow(random.nextFloat(), 3)) + 0.01f;
        }
      }
      return new Seen(boxes, scores);
    }

    /** Another model's, which sees nearly the same. */
    Seen nearly(Random random, float by) {
      float[][] moved = new float[ANCHORS][4];
      float[][] changed = new float[ANCHORS][CLASSES];
      for (int a = 0; a < ANCHORS; a++) {
        for (int k = 0; k < 4; k++) {
          moved[a][k] = boxes[a][k] + by * 3 * (float) random.nextGaussian();
        }
        for (int c = 0; c < CLASSES; c++) {
          float p = scores[a][c] * (1 + by * (float) random.nextGaussian());
          changed[a][c] = Math.max(0.001f, Math.min(0.9f, p));
        }
      }
      return new Seen(moved, changed);
    }

    float[] row(Detection task) {
      DetectionHead head = task.head();
      int first = head.background() == Background.FIRST ? 1 : 0;
      int scored = CLASSES + (head.background() == Background.NONE ? 0 : 1);
      int n = ANCHORS;
      float[] row =
          new float
              [switch (head.layout()) {
                case YOLOV5 -> n * (5 + scored);
                case YOLOV8, RTDETR, BOXES_SCORES -> n * (4 + scored);
                case END2END -> n * 6;
                case NMS -> n * 6 + 1;
              }];
      for (int a = 0; a < n; a++) {
        float[] box = numbers(head, boxes[a]);
        int likeliest = 0;
        for (int c = 1; c < CLASSES; c++) {
          likeliest = scores[a][c] > scores[a][likeliest] ? c : likeliest;
        }
        for (int k = 0; k < 4; k++) {
          int at =
              switch (head.layout()) {
                case YOLOV5 -> a * (5 + scored) + k;
                case RTDETR -> a * (4 + scored) + k;
                case YOLOV8 -> k * n + a;
                case BOXES_SCORES, NMS -> a * 4 + k;
                case END2END -> a * 6 + k;
              };
          row[at] = box[k];
        }
        float rest = 1;
        for (int c = 0; c < CLASSES; c++) {
          rest -= scores[a][c];
          float p = scores[a][c];
          switch (head.layout()) {
            case YOLOV5 -> row[a * (5 + scored) + 5 + c] = p / 0.9f;
            case RTDETR -> row[a * (4 + scored) + 4 + c] = number(head, p);
            case YOLOV8 -> row[(4 + c) * n + a] = p;
            case BOXES_SCORES -> row[4 * n + a * scored + first + c] = number(head, p);
            default -> {}
          }
        }
        switch (head.layout()) {
          case YOLOV5 -> row[a * (5 + scored) + 4] = 0.9f;
          case BOXES_SCORES -> {
            if (scored > CLASSES) {
              int at = head.background() == Background.FIRST ? 0 : CLASSES;
              row[4 * n + a * scored + at] = number(head, Math.max(1e-4f, rest));
            }
          }
          case END2END -> {
            row[a * 6 + 4] = scores[a][likeliest];
            row[a * 6 + 5] = likeliest;
          }
          case NMS -> {
            row[4 * n + a] = scores[a][likeliest];
            row[5 * n + a] = likeliest;
          }
          default -> {}
        }
      }
      if (head.layout() == HeadLayout.NMS) {
        row[6 * n] = n - 3;
      }
      return row;
    }

    private static float number(DetectionHead head, float p) {
      return (float) head.scores().number(p);
    }

    private static float[] numbers(DetectionHead head, float[] corners) {
      float x = 1f / head.width();
      float y = 1f / head.height();
      return switch (head.form()) {
        case CORNERS ->
            new float[] {corners[0] * x, corners[1] * y, corners[2] * x, corners[3] * y};
        case YXYX -> new float[] {corners[1] * y, corners[0] * x, corners[3] * y, corners[2] * x};
        case CENTRE ->
            new float[] {
              (corners[0] + corners[2]) / 2 * x,
              (corners[1] + corners[3]) / 2 * y,
              (corners[2] - corners[0]) * x,
              (corners[3] - corners[1]) * y
            };
      };
    }
  }

  private static float[][] rows(Detection task, int seed, float by) {
    float[][] rows = new float[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      Seen seen = Seen.random(new Random(1000L + i));
      rows[i] = (by == 0 ? seen : seen.nearly(new Random(seed + i), by)).row(task);
    }
    return rows;
  }

  @Test
  void boxesAreTheSameInWhateverLayoutTheyAreWritten() {
    List<Detection> tasks = tasks().filter(t -> t.overlap() < 1).toList();
    for (int i = 0; i < ROWS; i++) {
      Seen seen = Seen.random(new Random(1000L + i));
      Boxes first = tasks.get(0).decide(seen.row(tasks.get(0)));
      for (Detection task : tasks) {
        // A softmax makes the probabilities sum to 1, as the background's share has it here.
        Boxes found = task.decide(seen.row(task));
        assertEquals(first.objects().size(), found.objects().size(), task.toString());
        for (int o = 0; o < found.objects().size(); o++) {
          Box a = first.objects().get(o);
          Box b = found.objects().get(o);
          assertEquals(a.label(), b.label());
          assertEquals(a.score(), b.score(), 2e-4);
          assertEquals(a.x1(), b.x1(), 0.011);
          assertEquals(a.y2(), b.y2(), 0.011);
        }
      }
    }
  }

  @Test
  void ofOverlappingBoxesOfAClassTheSurestStays() {
    Detection task = tasks().skip(6).findFirst().orElseThrow();
    Detection dropping = new Detection(task.head(), 0.4, 0.5, 0.5, 2);
    float[] row = {
      0, 0, 10, 10, 0.6f, 0, //
      0, 1, 10, 11, 0.7f, 0, // IoU 9 / 11 with the first
      0, 0, 10, 10, 0.5f, 1, // another class
      0, 9, 10, 19, 0.45f, 0, // IoU 2 / 18 with the second, the third kept at most
      0, 40, 10, 50, 0.3f, 0, // not sure
    };
    assertEquals(
        List.of(
            new Box(0, 0.7f, 0, 1, 10, 11, Box.Role.OBJECT),
            new Box(1, 0.5f, 0, 0, 10, 10, Box.Role.OBJECT)),
        dropping.decide(row).objects());
    assertEquals(4, task.decide(row).objects().size());
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theMarginIsBelowZeroJustWhereAnotherDecisionIsMade(Detection task) {
    float[][] original = rows(task, 0, 0);
    int same = 0;
    for (float by : new float[] {0.05f, 0.3f}) {
      float[][] compressed = rows(task, 5, by);
      for (int i = 0; i < ROWS; i++) {
        Boxes expected = task.decide(original[i]);
        boolean agree = !task.differ(expected, task.decide(compressed[i]));
        double margin = task.margin(compressed[i], expected);
        assertEquals(agree, margin >= 0, "row " + i + ", margin " + margin);
        assertTrue(task.margin(original[i], expected) >= 0);
        same += agree ? 1 : 0;
      }
    }
    assertTrue(same > 20 && same < 2 * ROWS - 20, same + " agree");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void arraysSayWhatNumbersSay(Detection task) {
    List<Decision> decisions = new ArrayList<>(task.decide(rows(task, 0, 0)));
    float[][] found = rows(task, 9, 0.3f);
    float[] margins = new float[ROWS];
    float[] made = new float[ROWS];
    float[] sure = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      margins[i] = (float) task.margin(found[i], decisions.get(i));
      made[i] = task.differ(decisions.get(i), task.decide(found[i])) ? 0 : 1;
      sure[i] = decisions.get(i).confidence() >= 0.5 ? 1 : 0;
    }
    try (NDManager manager = DeviceArrays.owner()) {
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      NDArray array = array(manager, found);
      // Log odds of float32 probabilities.
      assertArrayEquals(margins, batch.margins(array).toFloatArray(), 1e-3f);
      assertArrayEquals(made, batch.made(array).toFloatArray());
      if (task.overlap() == 1) {
        // Objects lie on one another: each is as sure as the surest of them.
        return;
      }
      NDArray own = array(manager, rows(task, 0, 0));
      assertArrayEquals(sure, batch.sure(own, 0.5).toFloatArray());
      float[] withConfidence = batch.margins(own, 0.5).toFloatArray();
      float[] without = batch.margins(own).toFloatArray();
      for (int i = 0; i < ROWS; i++) {
        assertEquals(sure[i] == 1, withConfidence[i] >= 0, "row " + i);
        assertTrue(withConfidence[i] <= without[i] + 1e-5);
      }
    }
  }

  /** Central differences; steps of 1/512 of float32 probabilities and log odds. */
  @ParameterizedTest
  @MethodSource("tasks")
  void theGradientOfAMarginIsThatOfFiniteDifferences(Detection task) {
    List<Decision> decisions = new ArrayList<>(task.decide(rows(task, 0, 0)));
    float[][] rows = rows(task, 11, 0.4f);
    int length = rows[0].length;
    float[] gradients;
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray leaf = array(manager, rows);
      DecisionBatch batch = task.batch(decisions, manager, UnaryOperator.identity());
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(batch.margins(leaf).sum());
        gradients = leaf.getGradient().toFloatArray();
      }
    }
    int compared = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k < length; k++) {
        float found = gradients[i * length + k];
        if (found == 0) {
          continue;
        }
        double step = 1.0 / 512 / (task.head().width() > 1 && Math.abs(found) > 20 ? 64 : 1);
        double[] at = new double[3];
        for (int s = -1; s <= 1; s++) {
          float[] moved = rows[i].clone();
          moved[k] += (float) (s * step);
          at[s + 1] = task.margin(moved, decisions.get(i));
        }
        // Where another score comes to be the nearest, a step says nothing.
        if (Math.abs(at[2] - 2 * at[1] + at[0]) < 0.02 * Math.abs(at[2] - at[0])) {
          assertEquals(1, (at[2] - at[0]) / (2 * step) / found, 0.05, "row " + i + ", " + k);
          compared++;
        }
      }
    }
    assertTrue(compared > ROWS / 2, compared + " of " + ROWS + " rows");
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void theDistanceToItselfIsNoneAndItsGradientLeadsThere(Detection task) {
    float[][] taught = rows(task, 0, 0);
    float[][] own = rows(task, 13, 0.3f);
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray teacher = array(manager, taught);
      assertArrayEquals(
          new float[ROWS], task.distance(teacher, teacher.duplicate()).toFloatArray(), 1e-6f);
      NDArray leaf = array(manager, own);
      double before = task.distance(leaf, teacher).sum().getFloat();
      assertEquals(new Shape(ROWS, 1), task.distance(leaf, teacher).getShape());
      NDArray after;
      try (GradientTape tape = GradientTape.open()) {
        leaf.setRequiresGradient(true);
        tape.backward(task.distance(leaf, teacher).sum());
        NDArray gradient = leaf.getGradient();
        double step = 1e-3 / Math.sqrt(gradient.square().sum().getFloat());
        after = leaf.stopGradient().sub(gradient.mul(step));
      }
      assertTrue(task.distance(after, teacher).sum().getFloat() < before);
    }
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void taskAndDecisionsComeBackFromTheirJson(Detection task) throws Exception {
    assertEquals(task, Tasks.read(new ObjectMapper().readTree(Tasks.text(task))));
    for (Decision decision : task.decide(rows(task, 0, 0))) {
      assertEquals(decision, Decisions.read(Decisions.write(decision)));
    }
    Box crowd = Box.noted(2, 1, 2, 3, 4.5, Box.Role.CROWD);
    Boxes noted = new Boxes(List.of(crowd));
    assertEquals(noted, Decisions.read(Decisions.write(noted)));
  }

  @Test
  void aDifferenceNamesTheObject() {
    Detection task = tasks().findFirst().orElseThrow();
    Box object = new Box(1, 0.8f, 10, 10, 30, 30, Box.Role.OBJECT);
    Box moved = new Box(1, 0.6f, 12, 12, 32, 32, Box.Role.OBJECT);
    Box far = new Box(1, 0.6f, 20, 20, 40, 40, Box.Role.OBJECT);
    Box other = new Box(2, 0.6f, 10, 10, 30, 30, Box.Role.OBJECT);
    Boxes none = new Boxes(List.of());
    Boxes one = new Boxes(List.of(object));
    assertEquals(Optional.empty(), task.difference(none, none));
    assertEquals(Optional.empty(), task.difference(one, new Boxes(List.of(moved))));
    assertEquals(
        Optional.of("no class 1 (score 0.80) at 10,10 to 30,30"), task.difference(one, none));
    assertEquals(
        Optional.of("a new class 1 (score 0.80) at 10,10 to 30,30"), task.difference(none, one));
    assertEquals(
        Optional.of("no class 1 (score 0.80) at 10,10 to 30,30 and 1 more"),
        task.difference(one, new Boxes(List.of(far))));
    assertTrue(task.differ(one, new Boxes(List.of(other))));
  }

  @Test
  void aCrowdAndWhatIsIgnoredNeedNotBeFound() {
    Detection task = tasks().findFirst().orElseThrow();
    Boxes noted =
        new Boxes(
            List.of(
                Box.noted(0, 0, 0, 60, 60, Box.Role.CROWD),
                Box.noted(1, 0, 0, 20, 20, Box.Role.IGNORED)));
    Box inCrowd = new Box(0, 0.8f, 10, 10, 20, 20, Box.Role.OBJECT);
    Box ignored = new Box(1, 0.8f, 1, 0, 20, 20, Box.Role.OBJECT);
    assertFalse(task.differ(noted, new Boxes(List.of())));
    assertFalse(task.differ(noted, new Boxes(List.of(inCrowd, ignored))));
    Box outside = new Box(0, 0.8f, 55, 55, 70, 70, Box.Role.OBJECT);
    assertTrue(task.differ(noted, new Boxes(List.of(outside))));
  }

  @Test
  void rowsThatAreNotFiniteOrOfNoLengthOfTheHeadAreRefused() {
    Detection task = tasks().findFirst().orElseThrow();
    float[] row = Seen.random(new Random(1)).row(task);
    row[7] = Float.NaN;
    Refusal.says(() -> task.decide(row), "not a number", "number 7 of 320", "expected finite");
    row[7] = Float.NEGATIVE_INFINITY;
    Refusal.says(() -> task.decide(row), "-Infinity", "expected finite");
    Refusal.says(() -> task.decide(new float[9]), "9 numbers", "expected 8 for each box", "yolov5");
    float[] huge = Seen.random(new Random(1)).row(task);
    for (int i = 0; i < huge.length; i++) {
      huge[i] = i % 8 < 4 ? 3e38f : 1;
    }
    assertEquals(CLASSES, task.decide(huge).objects().stream().map(Box::label).distinct().count());
  }

  private static NDArray array(NDManager manager, float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return manager.create(flat, new Shape(rows.length, rows[0].length));
  }
}
