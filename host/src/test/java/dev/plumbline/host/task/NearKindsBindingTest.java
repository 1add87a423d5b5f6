package dev.plumbline.host.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a user may name of embeddings, regressions and keypoints. */
class NearKindsBindingTest {
  /** A model of pictures of 48 x 64 with one output of a shape; only its declaration matters. */
  private static OnnxModel model(long... output) {
    return ending("Identity", "out", output);
  }

  private static OnnxModel ending(String operator, String name, long... output) {
    GraphBuilder graph = new GraphBuilder("model");
    String input = graph.input("input", 3, 48, 64);
    graph.node(operator, name, List.of(input), Map.of());
    graph.output(name, output);
    return graph.build();
  }

  private static String bound(String task, OnnxModel model) {
    return Tasks.text(Tasks.of(Tasks.read("--task", task, model)));
  }

  @Test
  void embeddingsAreVectors() {
    for (OnnxModel model : List.of(model(128), model(128, 1, 1), model(1, 128))) {
      assertEquals("{\"kind\":\"embedding\",\"cosine\":0.9}", bound("embedding", model));
    }
    assertEquals(
        "{\"kind\":\"embedding\",\"cosine\":0.95,\"verify\":0.4}",
        bound("embedding,cosine=0.95,verify=0.4", model(128)));
    Refusal.says(() -> bound("embedding", model(16, 128)), "Nx16x128", "batch x numbers");
    Refusal.says(() -> bound("embedding", model(1, 1)), "Nx1x1", "2 or more");
    Refusal.says(() -> bound("embedding,cosine=1.2", model(128)), "cosine", "1.2");
    Refusal.says(() -> bound("embedding,cosin=0.9", model(128)), "the nearest is 'cosine'");
  }

  @Test
  void regressionsWantABound() {
    assertEquals(
        "{\"kind\":\"regression\",\"distance\":\"l2\",\"bound\":2.5,\"unit\":\"degrees\"}",
        bound("regression,bound=2.5,distance=l2,unit=degrees", model(3)));
    assertEquals(
        "{\"kind\":\"regression\",\"distance\":\"max\",\"bound\":1.0,\"unit\":\"\"}",
        bound("regression,bound=1", model()));
    Refusal.says(() -> bound("regression", model(3)), "without a bound", "bound=NUMBER", "out");
    Refusal.says(() -> bound("regression,bound=0", model(3)), "bound of regression to 0");
    Refusal.says(() -> bound("regression,bound=1,distance=l1", model(3)), "l1", "max or l2");
    Refusal.says(
        () -> bound("regression,bound=1,output=other", model(3)), "output=other", "out (float");
  }

  @Test
  void keypointsAreCoordinatesOrMaps() {
    assertEquals(reading("xy", 17, 1, 1), keypoints("keypoints", model(34)));
    assertEquals(reading("xy", 17, 1, 1), keypoints("keypoints", model(17, 2)));
    assertEquals(reading("yxc", 17, 1, 1), keypoints("keypoints,order=yx", model(1, 17, 3)));
    assertEquals(reading("xyc", 17, 1, 1), keypoints("keypoints,numbers=3", model(51)));
    assertEquals(reading("peak", 17, 16, 12), keypoints("keypoints", model(17, 12, 16)));
    assertEquals(
        reading("soft", 17, 16, 12), keypoints("keypoints,decode=soft", model(17, 12, 16)));
    assertEquals(
        reading("peak", 17, 16, 12),
        keypoints("keypoints,points=17,heatmap=16x12", model(-1, -1, -1)));
    Keypoints task = (Keypoints) Tasks.of(Tasks.read("--task", "keypoints", model(34)));
    assertEquals(0.05 * 64, task.bound(), 1e-12);
    assertEquals(64, task.width());
    assertEquals(48, task.height());
    Keypoints relative =
        (Keypoints)
            Tasks.of(
                Tasks.read(
                    "--task",
                    "keypoints,reference=box,confidence=0.3",
                    ending("Sigmoid", "out", 34)));
    assertEquals(Keypoints.Unit.RELATIVE, relative.unit());
    assertEquals(0.05, relative.bound(), 1e-12);
    assertEquals(0.2, relative.pck().share(), 1e-12);
    assertEquals(Optional.of(0.3), relative.confidence());
  }

  private static PointReading keypoints(String task, OnnxModel model) {
    return ((Keypoints) Tasks.of(Tasks.read("--task", task, model))).reading();
  }

  private static PointReading reading(String form, int points, int width, int height) {
    for (PointReading.Form each : PointReading.Form.values()) {
      if (each.toString().equals(form)) {
        return new PointReading(each, points, width, height);
      }
    }
    throw new IllegalArgumentException(form);
  }

  @Test
  void keypointsThatCannotBeReadAreRefused() {
    Refusal.says(() -> bound("keypoints", model(35)), "Nx35", "multiple");
    Refusal.says(() -> bound("keypoints", model(17, 5)), "Nx17x5", "batch x points x 2 or 3");
    Refusal.says(() -> bound("keypoints", model(-1, 2)), "number of points", "points=NUMBER");
    Refusal.says(() -> bound("keypoints", model(17, -1, -1)), "heatmap=WxH");
    Refusal.says(() -> bound("keypoints,heatmap=0x4", model(17, -1, -1)), "0x4", "64x48");
    Refusal.says(() -> bound("keypoints,points=5", model(34)), "points", "expected 17");
    Refusal.says(() -> bound("keypoints,unit=mm", model(34)), "mm", "pixels or relative");
    Refusal.says(() -> bound("keypoints,bound=-1", model(34)), "bound", "-1");
  }

  @Test
  void oneOfSeveralOutputsIsNamed() {
    GraphBuilder graph = new GraphBuilder("model");
    String input = graph.input("input", 3, 48, 64);
    for (String name : List.of("a", "b")) {
      graph.node("Identity", name, List.of(input), Map.of());
      graph.output(name, 8);
    }
    OnnxModel model = graph.build();
    Refusal.says(() -> bound("embedding", model), "a (float, Nx8), b (float, Nx8)", "output=NAME");
    OnnxModel read = Tasks.read("--task", "embedding,output=b", model);
    assertEquals(List.of("b"), read.rows().orElseThrow().names());
  }

  @Test
  void modelsThatLookLikeItAreProposed() {
    assertEquals(
        Optional.of("has the output embedding (float, Nx128)"),
        new EmbeddingKind().looksLike(ending("Identity", "embedding", 128)));
    assertEquals(
        Optional.of("has the output out (float, Nx128), which is of length 1"),
        new EmbeddingKind().looksLike(ending("LpNormalization", "out", 128)));
    assertEquals(Optional.empty(), new EmbeddingKind().looksLike(model(128)));
    assertEquals(
        Optional.of("has the output keypoints (float, Nx17x2)"),
        new KeypointsKind().looksLike(ending("Identity", "keypoints", 17, 2)));
    assertEquals(Optional.empty(), new KeypointsKind().looksLike(model(17, 2)));
  }
}
