package dev.plumbline.host.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.annotation.Annotations;
import dev.plumbline.host.dataset.DataRequest;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Geometry;
import dev.plumbline.host.dataset.LabelRules;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Mask;
import dev.plumbline.host.task.Segmentation;
import dev.plumbline.host.task.Tasks;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The oracle is scikit-learn; bench/kinds/segmentation.py made model, pictures and scores. */
class MaskScoresTest {
  private static final Path KIND = Path.of("src/test/resources/kinds/segmentation");

  private final OnnxModel model =
      Tasks.read("--task", "segmentation", OnnxModel.read(KIND.resolve("segmenter.onnx")));

  @Test
  void meanIouAndPixelAccuracyAreThoseOfScikitLearn() throws Exception {
    DataRequest request =
        new DataRequest(
            KIND.resolve("pictures"),
            null,
            null,
            LabelRules.read(true, null, null, 0),
            null,
            false);
    Dataset data = Datasets.open(request, Geometry.none()).pictures();
    List<Decision> truth = Annotations.read(KIND.resolve("masks"), Tasks.of(model), data);
    Scorer scorer = Scorers.of(Tasks.of(model));
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(KIND.resolve("segmenter.onnx").toString())) {
      for (int i = 0; i < data.size(); i++) {
        scorer.add(row(runtime, session, data.picture(i)), truth.get(i));
      }
    }
    JsonNode expected = new ObjectMapper().readTree(Files.readString(KIND.resolve("scores.json")));
    for (Measure measure : scorer.measures()) {
      // A pixel on whose class two runtimes' sums disagree is 2e-5 of all.
      assertEquals(expected.get(measure.key()).doubleValue(), measure.value(), 2e-4);
    }
    assertEquals(
        List.of("mean_iou", "pixel_accuracy"),
        scorer.measures().stream().map(Measure::key).toList());
  }

  private static float[] row(OrtEnvironment runtime, OrtSession session, Picture picture)
      throws OrtException {
    FloatBuffer input = FloatBuffer.allocate(picture.pixels().length);
    for (byte pixel : picture.pixels()) {
      input.put(Byte.toUnsignedInt(pixel) / 255f);
    }
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(runtime, input.flip(), new long[] {1, 3, 32, 32});
        OrtSession.Result result = session.run(Map.of("pictures", tensor))) {
      float[] row = new float[4 * 32 * 32];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(row);
      return row;
    }
  }

  @Test
  void aTruthOfAnotherSizeIsComparedPixelByItsPixel() {
    Segmentation task = (Segmentation) Tasks.of(model);
    Scorer scorer = Scorers.of(task);
    // 2 x 2 pixels of class 1, 0, 0, 0.
    float[] row = {0, 1, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    int[] truth = {1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Mask.IGNORED};
    scorer.add(row, Mask.known(truth, 4));
    // Class 1: 3 of 4; class 0: 11 of 12; 14 of 15 pixels.
    assertEquals((3 / 4.0 + 11 / 12.0) / 2, scorer.measures().get(0).value(), 1e-12);
    assertEquals(14 / 15.0, scorer.measures().get(1).value(), 1e-12);
  }
}
