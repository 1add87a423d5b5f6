package dev.plumbline.host.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.ArrayPreprocessing;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.compress.QuantizationSettings;
import dev.plumbline.host.compress.Quantizer;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.search.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictorTest {
  private static final Path MODELS = Path.of("..", "models");

  @Test
  void onnxRuntimeSaysOfAQuantizedModelWhatTheProxySays() throws IOException {
    OnnxModel model = OnnxModel.read(MODELS.resolve("fashion-mnist-resnet8-int8.onnx"));
    Dataset data =
        Datasets.open(MODELS.resolve("fashion-mnist-sample"), Split.TEST, Range.of(0, 200));
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      pictures.add(data.picture(i));
    }
    try (NDManager manager = DeviceArrays.owner();
        DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device());
        Predictor quick = Predictor.of(graph)) {
      assertInstanceOf(Predictor.OfSession.class, quick);
      ArrayPreprocessing arrays =
          new ArrayPreprocessing(
              manager, TestDevice.device(), PreprocessingMetadata.read(model).orElseThrow());
      NDArray input = arrays.toInput(arrays.upload(manager, pictures));
      Predictions expected = new Predictor.OfGraph(graph).ask(input).await();
      Predictions found = quick.ask(input).await();
      assertEquals(expected.classes(), found.classes());
      assertEquals(expected.scores().length, found.scores().length);
      double difference = 0;
      double size = 0;
      for (int i = 0; i < found.scores().length; i++) {
        for (int c = 0; c < found.classes(); c++) {
          difference += Math.abs(expected.scores()[i][c] - found.scores()[i][c]);
          size += Math.abs(expected.scores()[i][c]);
        }
      }
      // Sums in another order tip a rounding here and there: ONNX Runtime with and without its
      // optimizations is 3e-5 apart on these pictures.
      assertTrue(difference / size < 2e-4, "off by " + difference / size);
    }
  }

  @Test
  void aModelThatQuantizesByTheRangeOfEachPictureIsAskedAsAGraph() {
    OnnxModel plain = TinyModels.classifier("tiny", "Relu", Layout.NCHW, 3);
    requireGraph(
        new Quantizer(Accelerator.CPU)
            .quantizeDynamically(
                plain,
                new Preprocessing(
                    List.of(0.485f, 0.456f, 0.406f),
                    List.of(0.229f, 0.224f, 0.225f),
                    Layout.NCHW,
                    ChannelOrder.RGB),
                TinyModels.pictures(4, 5),
                QuantizationSettings.minMax(),
                Progress.SILENT));
  }

  private static void requireGraph(OnnxModel model) {
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(model, TestDevice.device());
        Predictor predictor = Predictor.of(graph)) {
      assertInstanceOf(Predictor.OfGraph.class, predictor);
    }
  }
}
