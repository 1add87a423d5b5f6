package dev.plumbline.host.train;

import static dev.plumbline.host.train.TrainingFixture.PREPROCESSING;
import static dev.plumbline.host.train.TrainingFixture.network;
import static dev.plumbline.host.train.TrainingFixture.parts;
import static dev.plumbline.host.train.TrainingFixture.settings;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.TorchEngine;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.DatasetView;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Data that a model is trained with, and which of them are refused. */
class TrainingDataTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(network(2), TestDevice.device())) {
      Trainer trainer = new Trainer(graph, PREPROCESSING, WeightMasks.none());
      TrainingSettings settings = settings(1, 0.01, 1);
      refused(trainer, parts(1), settings, "1 pictures");
      refused(trainer, List.of(), settings, "0 pictures");
      Preprocessing colour =
          new Preprocessing(
              List.of(0f, 0f, 0f),
              List.of(1f, 1f, 1f),
              Preprocessing.Layout.NCHW,
              Preprocessing.ChannelOrder.RGB);
      refused(
          new Trainer(graph, colour, WeightMasks.none()),
          parts(8),
          settings,
          "expected 3 channels");
    }
    OnnxModel one = network(2);
    try (DifferentiableGraph graph = DifferentiableGraph.trainable(one, TestDevice.device())) {
      Dataset wrong = new Mislabelled(new TrainingFixture.Halves(8, 1));
      refused(
          new Trainer(graph, PREPROCESSING, WeightMasks.none()),
          List.of(new TrainingPart(wrong, Augmentation.NONE)),
          settings(1, 0.01, 1),
          "label 2");
    }
  }

  private static void refused(
      Trainer trainer, List<TrainingPart> parts, TrainingSettings settings, String part) {
    BadInputException refused =
        assertThrows(
            BadInputException.class,
            () -> trainer.train(parts, settings, EpochListener.NONE, Progress.SILENT));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  /** Labels that the model does not tell apart. */
  private record Mislabelled(Dataset data) implements DatasetView {
    @Override
    public int label(int index) {
      return 2;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }
  }
}
