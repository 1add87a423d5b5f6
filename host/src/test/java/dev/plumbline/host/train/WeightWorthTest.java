package dev.plumbline.host.train;

import static dev.plumbline.host.train.TrainingFixture.PREPROCESSING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Progress;
import dev.plumbline.host.Refusal;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PictureClassifier;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightWorthTest {
  private static final String WEIGHTS = "conv.weight";

  /** Outputs rise in proportion to each weight, so that what one is worth is known exactly. */
  private static OnnxModel linear() {
    Random random = new Random(3);
    float[] weights = new float[4 * 9];
    for (int i = 0; i < weights.length; i++) {
      // Of very different sizes.
      weights[i] = (float) (random.nextGaussian() * Math.pow(10, -random.nextInt(3)));
    }
    GraphBuilder graph = new GraphBuilder("linear");
    graph.initializer(WEIGHTS, Tensor.ofFloats(new long[] {4, 1, 3, 3}, weights));
    String x =
        graph.node("Conv", "maps", List.of(graph.input("input", 1, 8, 8), WEIGHTS), Map.of());
    String pooled = graph.node("GlobalAveragePool", "pooled", List.of(x), Map.of());
    graph.output(graph.node("Flatten", "logits", List.of(pooled), Map.of()), 4);
    return graph.build();
  }

  private static float[][] outputs(OnnxModel model, Dataset data) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      pictures.add(data.picture(i));
    }
    try (PictureClassifier classifier =
        PictureClassifier.open(model, PREPROCESSING, RuntimeProvider.cpu())) {
      return classifier.logits(pictures);
    }
  }

  private static Map<String, float[]> worth(OnnxModel model, Dataset data) {
    return WeightWorth.of(model, PREPROCESSING, data, Accelerator.CPU, 1, Progress.SILENT);
  }

  @Test
  void aWeightIsWorthWhatTheOutputsOfOnnxRuntimeChangeByWithoutIt() {
    OnnxModel model = linear();
    Dataset data = new TrainingFixture.Halves(1024, 1);
    float[] worth = worth(model, data).get(WEIGHTS);
    float[] weights = model.graph().constant(WEIGHTS).orElseThrow().floats();
    assertEquals(weights.length, worth.length);
    float[][] whole = outputs(model, data);
    for (int w = 0; w < weights.length; w++) {
      float[] without = weights.clone();
      without[w] = 0;
      float[][] changed =
          outputs(
              model.withConstants(
                  Map.of(WEIGHTS, Tensor.ofFloats(new long[] {4, 1, 3, 3}, without))),
              data);
      double expected = 0;
      for (int i = 0; i < whole.length; i++) {
        for (int k = 0; k < whole[i].length; k++) {
          expected += Math.pow(whole[i][k] - changed[i][k], 2) / whole.length;
        }
      }
      double ratio = worth[w] / expected;
      // The mean of 64 squares of nearly normal sums is off by a fifth; 36 of them by three times
      // that at most.
      assertTrue(ratio > 0.4 && ratio < 1.8, "weight " + w + ": " + worth[w] + ", " + expected);
    }
  }

  @Test
  void theSameSeedGivesTheSame() {
    OnnxModel model = TrainingFixture.network(2);
    Dataset data = new TrainingFixture.Halves(40, 1);
    Map<String, float[]> one = worth(model, data);
    Map<String, float[]> other = worth(model, data);
    assertEquals(one.keySet(), other.keySet());
    one.forEach(
        (name, values) -> assertEquals(List.of(box(values)), List.of(box(other.get(name)))));
  }

  private static List<Float> box(float[] values) {
    List<Float> all = new ArrayList<>();
    for (float value : values) {
      all.add(value);
    }
    return all;
  }

  @Test
  void withoutPicturesNothingIsWeighed() {
    Refusal.says(
        () -> worth(linear(), new TrainingFixture.Halves(0, 1)), "0 pictures", "at least 2");
  }
}
