package dev.plumbline.host.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Datasets;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Range;
import dev.plumbline.host.dataset.Split;
import dev.plumbline.host.memory.MemoryNeed;
import dev.plumbline.host.memory.TestPeak;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingMemoryTest {
  private static final int BATCH = 256;

  /** The oracle is Linux; two steps, so that what a step leaves is in the peak of the next. */
  @ParameterizedTest
  @ValueSource(strings = {"int8", "pruned"})
  void aStepOfDistillationTakesWhatIsMeasuredOfOnePicture(String name) {
    Path models = Path.of("..", "models").toAbsolutePath();
    OnnxModel original = OnnxModel.read(models.resolve("fashion-mnist-resnet8.onnx"));
    OnnxModel compressed =
        OnnxModel.read(models.resolve("fashion-mnist-resnet8-" + name + ".onnx"));
    Preprocessing preprocessing = PreprocessingMetadata.read(original).orElseThrow();
    Dataset data =
        Datasets.open(models.resolve("fashion-mnist-sample"), Split.TRAIN, Range.of(0, 2 * BATCH));
    try (DifferentiableGraph student =
            DifferentiableGraph.trainable(compressed, Accelerator.CPU.torchDevice());
        DifferentiableGraph teacher =
            DifferentiableGraph.frozen(original, Accelerator.CPU.torchDevice());
        NDManager manager = DeviceArrays.owner()) {
      Trainer trainer = Trainer.distilling(student, preprocessing, WeightMasks.none(), teacher);
      MemoryNeed need = trainer.need(manager.zeros(new Shape(1, 1, 28, 28)));
      TrainingSettings settings =
          new TrainingSettings(1, BATCH, LearningRate.constant(1e-4), 0.9, 0, 1);
      TestPeak.assertFits(
          need,
          BATCH,
          () ->
              trainer.train(
                  List.of(new TrainingPart(data, Augmentation.NONE)),
                  settings,
                  EpochListener.NONE,
                  Progress.SILENT));
    }
  }
}
