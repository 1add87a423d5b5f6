package dev.plumbline.host.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import dev.plumbline.host.task.Threshold;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The output of guarded models as ONNX Runtime computes it, against the margins of what it gives as
 * scores. Models hand their input on, so that rows with ties and margins on the threshold are ours.
 */
class GuardedModelTest {
  private static final int CLASSES = 4;
  private static final float THRESHOLD = 0.75f;

  /** What ONNX Runtime gives for rows: the first output, and which are certain. */
  private record Ran(float[] scores, long[] shape, boolean[] certain, List<String> outputs) {}

  private static Ran run(OnnxModel model, float[][] rows) throws OrtException {
    int width = rows[0].length;
    FloatBuffer values = FloatBuffer.allocate(rows.length * width);
    for (float[] row : rows) {
      values.put(row);
    }
    values.flip();
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(model.bytes());
        OnnxTensor input =
            OnnxTensor.createTensor(runtime, values, new long[] {rows.length, width});
        OrtSession.Result result = session.run(Map.of("input", input))) {
      OnnxTensor scores = (OnnxTensor) result.get(0);
      FloatBuffer buffer = scores.getFloatBuffer();
      float[] all = new float[buffer.remaining()];
      buffer.get(all);
      return new Ran(
          all,
          scores.getInfo().getShape(),
          (boolean[]) result.get("certain").orElseThrow().getValue(),
          List.copyOf(session.getOutputNames()));
    }
  }

  /**
   * Random rows, rows of equal numbers, and rows whose margin is on the threshold or next to it.
   */
  private static float[][] rows(int width, float threshold) {
    Random random = new Random(7);
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      float[] row = new float[width];
      for (int c = 0; c < width; c++) {
        row[c] = (float) random.nextGaussian() * (i % 5 == 0 ? 30 : 1);
      }
      rows.add(row);
      float[] near = row.clone();
      int largest = 0;
      for (int c = 1; c < width; c++) {
        largest = row[c] > row[largest] ? c : largest;
      }
      int other = (largest + 1) % width;
      float margin =
          switch (i % 4) {
            case 0 -> threshold;
            case 1 -> Math.nextDown(threshold);
            case 2 -> Math.nextUp(threshold);
            default -> 0;
          };
      near[other] = row[largest] - margin;
      rows.add(near);
    }
    rows.add(new float[width]);
    return rows.toArray(float[][]::new);
  }

  private static GraphBuilder builder() {
    GraphBuilder builder = new GraphBuilder("model");
    builder.input("input", CLASSES);
    return builder;
  }

  /** By the rule of the host, of the scores that the runtime gave. */
  private static boolean[] byRule(OnnxModel model, Ran ran, float threshold) {
    Task task = Tasks.of(model);
    GuardRule rule = new GuardRule(threshold);
    float[][] rows =
        ModelContract.of(model)
            .rows(
                Map.of(
                    model.graph().outputs().get(0).name(),
                    Tensor.ofFloats(ran.shape(), ran.scores())),
                (int) ran.shape()[0]);
    boolean[] certain = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      certain[i] = rule.isCertain(task.ownMargin(rows[i]));
    }
    return certain;
  }

  private static int count(boolean[] certain) {
    int count = 0;
    for (boolean each : certain) {
      count += each ? 1 : 0;
    }
    return count;
  }

  private static Ran requireRule(OnnxModel model, float threshold, float[][] rows)
      throws OrtException {
    OnnxModel guarded = GuardedModel.of(model, GuardFixture.guard(threshold));
    Ran ran = run(guarded, rows);
    assertEquals(rows.length, ran.certain().length);
    assertArrayEquals(byRule(model, ran, threshold), ran.certain());
    int certain = count(ran.certain());
    assertTrue(certain > 20 && certain < rows.length - 20, certain + " of " + rows.length);
    return ran;
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 10, 11, 13, 17, 21})
  void logitsOfEveryOpsetAreCertainFromTheThresholdOn(int opset) throws OrtException {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    float[][] rows = rows(CLASSES, THRESHOLD);
    Ran ran = requireRule(builder.build(opset), THRESHOLD, rows);
    // The oracle is arithmetic alone: the difference of the two largest, rounded to float32.
    for (int i = 0; i < rows.length; i++) {
      float[] sorted = rows[i].clone();
      Arrays.sort(sorted);
      float margin = sorted[CLASSES - 1] - sorted[CLASSES - 2];
      assertEquals(margin >= THRESHOLD, ran.certain()[i], Arrays.toString(rows[i]));
    }
    assertEquals(List.of("logits", "certain"), ran.outputs());
  }

  @Test
  void scoresWithDimensionsOfOneAreRead() throws OrtException {
    GraphBuilder builder = builder();
    builder.initializer("shape", Tensor.ofLongs(new long[] {4}, 0, CLASSES, 1, 1));
    builder.output(
        builder.node("Reshape", "scores", List.of("input", "shape"), Map.of()), CLASSES, 1, 1);
    Ran ran = requireRule(builder.build(), THRESHOLD, rows(CLASSES, THRESHOLD));
    assertArrayEquals(new long[] {801, CLASSES, 1, 1}, ran.shape());
  }

  @Test
  void theScoresOfTheOnePictureThatAModelTakesAreRead() throws OrtException {
    GraphBuilder builder = builder();
    builder.initializer("shape", Tensor.ofLongs(new long[] {1}, CLASSES));
    builder.output(builder.node("Reshape", "scores", List.of("input", "shape"), Map.of()));
    OnnxModel open = builder.build();
    GraphProto.Builder graph = open.proto().getGraph().toBuilder();
    graph
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(1);
    TypeProto.Tensor.Builder output =
        graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder();
    output.getShapeBuilder().getDimBuilder(0).setDimValue(CLASSES);
    OnnxModel one = OnnxModel.of("one", open.proto().toBuilder().setGraph(graph).build());
    OnnxModel guarded = GuardedModel.of(one, GuardFixture.guard(THRESHOLD));
    assertArrayEquals(
        new boolean[] {true}, run(guarded, new float[][] {{1, 2.75f, 2, 0}}).certain());
    assertArrayEquals(
        new boolean[] {false}, run(guarded, new float[][] {{1, 2.7f, 2, 0}}).certain());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 11, 13, 17})
  void aSoftmaxIsReadByItsLogarithms(int opset) throws OrtException {
    GraphBuilder builder = builder();
    builder.output(
        builder.node("Softmax", "probabilities", List.of("input"), Map.of("axis", 1)), CLASSES);
    requireRule(builder.build(opset), THRESHOLD, rows(CLASSES, THRESHOLD));
  }

  @Test
  void aSoftmaxOfAnOldOpsetIsRefused() {
    GraphBuilder builder = builder();
    builder.output(
        builder.node("Softmax", "probabilities", List.of("input"), Map.of("axis", 1)), CLASSES);
    OnnxModel model = builder.build(7);
    BadInputException refused =
        assertThrows(
            BadInputException.class, () -> GuardedModel.of(model, GuardFixture.guard(THRESHOLD)));
    assertTrue(refused.getMessage().contains("opset 7"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"Identity, 11", "Sigmoid, 11", "Identity, 17", "Sigmoid, 17"})
  void theOneNumberOfABinaryModelIsReadByItsDistanceFromTheMiddle(String last, int opset)
      throws OrtException {
    GraphBuilder builder = new GraphBuilder("model");
    builder.input("input", 1);
    builder.output(builder.node(last, "score", List.of("input"), Map.of()), 1);
    OnnxModel model = new ModelReading(builder.build(opset)).asBinary();
    Random random = new Random(3);
    float[][] rows = new float[400][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) random.nextGaussian() * (i % 3 == 0 ? 30 : 1)};
    }
    rows[0] = new float[] {THRESHOLD};
    rows[1] = new float[] {-THRESHOLD};
    rows[2] = new float[] {0};
    requireRule(model, THRESHOLD, rows);
  }

  @ParameterizedTest
  @CsvSource({"Sigmoid, 13", "Identity, 13", "Sigmoid, 18", "Identity, 18"})
  void severalLabelsAreCertainWhereTheNearestThresholdIsFarEnough(String last, int opset)
      throws OrtException {
    GraphBuilder builder = builder();
    builder.output(builder.node(last, "scores", List.of("input"), Map.of()), CLASSES);
    OnnxModel model = Tasks.read("--task", "multi-label,threshold=0.7", builder.build(opset));
    float[][] rows = rows(CLASSES, 0.25f);
    float bound = (float) Math.log(0.7 / 0.3);
    rows[0] = new float[] {bound, 9, 9, 9};
    rows[1] = new float[] {bound + 0.25f, 9, 9, -9};
    requireRule(model, 0.25f, rows);
  }

  @Test
  void aThresholdOfZeroDefersNothing() throws OrtException {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    OnnxModel guarded = GuardedModel.of(builder.build(), GuardFixture.guard(0));
    float[][] rows = rows(CLASSES, THRESHOLD);
    assertEquals(rows.length, count(run(guarded, rows).certain()));
  }

  @Test
  void notANumberIsNotCertain() throws OrtException {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    OnnxModel guarded = GuardedModel.of(builder.build(), GuardFixture.guard(THRESHOLD));
    float[][] rows = {{Float.NaN, Float.NaN, Float.NaN, Float.NaN}};
    assertArrayEquals(new boolean[] {false}, run(guarded, rows).certain());
  }

  @Test
  void theGuardStandsInTheMetadata() {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    OnnxModel model = builder.build();
    assertEquals(Optional.empty(), Guard.of(model));
    // A float32 that is no short decimal.
    Guard guard =
        GuardFixture.guard(0.1f + 0.2f).attacked(new PastGuard("s", new Share(1, 9), 2, 3));
    OnnxModel guarded = OnnxModel.parse("g", GuardedModel.of(model, guard).bytes());
    assertEquals(Optional.of(guard), Guard.of(guarded));
    assertEquals("logits", guarded.graph().output().name());
    BadInputException refused =
        assertThrows(BadInputException.class, () -> GuardedModel.of(guarded, guard));
    assertTrue(refused.getMessage().contains("guarded already"), refused.getMessage());
  }

  @Test
  void metadataOfAGuardWithoutTheOutputAreRefused() {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    OnnxModel model = builder.build();
    OnnxModel claims = model.withMetadata(Guard.METADATA, GuardFixture.guard(1).text());
    assertTrue(
        assertThrows(BadInputException.class, () -> Guard.of(claims))
            .getMessage()
            .contains("no output certain"));
    OnnxModel broken = model.withMetadata(Guard.METADATA, "{\"version\":2}");
    assertTrue(
        assertThrows(BadInputException.class, () -> Guard.of(broken))
            .getMessage()
            .contains("cannot be read"));
  }

  @Test
  void aValueOfTheNameOfTheOutputIsRefused() {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "certain", List.of("input"), Map.of()), CLASSES);
    OnnxModel model = builder.build();
    assertTrue(
        assertThrows(BadInputException.class, () -> GuardedModel.of(model, GuardFixture.guard(1)))
            .getMessage()
            .contains("has a value certain already"));
  }

  @Test
  void aClassificationWithAThresholdHasNoGraph() {
    GraphBuilder builder = builder();
    builder.output(builder.node("Identity", "logits", List.of("input"), Map.of()), CLASSES);
    OnnxModel model =
        Tasks.set(builder.build(), new Classification(Optional.of(new Threshold(0.9, 0))));
    assertTrue(
        assertThrows(BadInputException.class, () -> GuardedModel.of(model, GuardFixture.guard(1)))
            .getMessage()
            .contains("cannot be written as a graph"));
  }
}
