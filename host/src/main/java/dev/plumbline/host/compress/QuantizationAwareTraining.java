package dev.plumbline.host.compress;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.FineTuner;
import dev.plumbline.host.train.Trainer;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.WeightMasks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes an int8 model and trains its float weights through the rounding, with a straight-through
 * gradient; the scales stay those of the calibration.
 */
public final class QuantizationAwareTraining {
  private final Accelerator accelerator;

  /**
   * @param accelerator where calibration and training run
   */
  public QuantizationAwareTraining(Accelerator accelerator) {
    this.accelerator = accelerator;
  }

  /**
   * Quantizes as {@link Quantizer} does, then trains.
   *
   * @param parts labelled pictures to train on
   * @return a model with the graph and the scales that the quantizer gives
   * @throws dev.plumbline.host.BadInputException as {@link Quantizer#quantize} and {@link
   *     Trainer#train}
   */
  public OnnxModel train(
      OnnxModel floatModel,
      Preprocessing preprocessing,
      Dataset calibration,
      QuantizationSettings quantization,
      List<TrainingPart> parts,
      TrainingSettings training,
      EpochListener listener,
      Progress progress) {
    Quantizer.Quantized start =
        new Quantizer(accelerator)
            .quantizeKeepingMasters(floatModel, preprocessing, calibration, quantization, progress);
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(start.model(), accelerator.torchDevice(), start.masters())) {
      new FineTuner(floatModel, preprocessing)
          .train(graph, WeightMasks.none(), parts, training, listener, progress);
      OnnxModel trained =
          bounded(graph.export(), start.masters().keySet(), quantization.largestWeight());
      return new Provenance("int8 qdq qat " + quantization.text(), floatModel.sha256())
          .write(trained);
    }
  }

  /** Training may carry a weight past the range that the settings allow; it goes back in. */
  private static OnnxModel bounded(OnnxModel model, Set<String> quantized, int largest) {
    Map<String, Tensor> changed = new HashMap<>();
    for (String name : quantized) {
      Tensor tensor = model.graph().constants().get(name);
      if (tensor.type() == ElementType.INT8) {
        byte[] bytes = new byte[tensor.size()];
        tensor.buffer().get(bytes);
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) Math.max(-largest, Math.min(largest, bytes[i]));
        }
        changed.put(name, Tensor.ofBytes(ElementType.INT8, tensor.dims(), bytes));
      }
    }
    return model.withConstants(changed);
  }
}
