package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.ElementType;
import dev.plumbline.host.onnx.Graph;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import dev.plumbline.host.onnx.Tensor;
import dev.plumbline.host.train.EpochListener;
import dev.plumbline.host.train.FineTuner;
import dev.plumbline.host.train.TrainingPart;
import dev.plumbline.host.train.TrainingSettings;
import dev.plumbline.host.train.WeightMasks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets the smallest weights of convolutions to zero: unstructured pruning by magnitude (L1) over
 * all convolutions together, as the evaluation of COMPD ("Detecting and Repairing Deviated Outputs
 * of Compressed Models") does. Dense layers and biases stay.
 */
public final class Pruner {
  private Pruner() {}

  /**
   * Prunes a float model. Of equal magnitudes the earlier weight goes first.
   *
   * @param rate share of the convolution weights that is zero afterwards, 0 to 1; the number of
   *     zeros is rounded half up
   * @throws BadInputException if the rate is out of range, or the model is quantized or has no
   *     convolution weights
   */
  public static OnnxModel prune(OnnxModel model, double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new BadInputException("the rate of pruning is " + rate + ", expected 0 to 1");
    }
    QuantizedModels.refuse(model, "pruned");
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights(model).forEach((name, tensor) -> weights.put(name, tensor.floats()));
    int total = weights.values().stream().mapToInt(w -> w.length).sum();
    if (total == 0) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has no convolution with constant float weights, expected one to prune");
    }
    zeroSmallest(weights, total, Math.toIntExact(Math.round(rate * total)));
    Map<String, Tensor> pruned = new HashMap<>();
    weights.forEach(
        (name, values) ->
            pruned.put(name, Tensor.ofFloats(model.graph().constants().get(name).dims(), values)));
    return new Provenance("pruned l1 " + rate, model.sha256()).write(model.withConstants(pruned));
  }

  private static void zeroSmallest(Map<String, float[]> weights, int total, int zeros) {
    if (zeros == 0) {
      return;
    }
    float[] sorted = new float[total];
    int at = 0;
    for (float[] values : weights.values()) {
      for (float value : values) {
        sorted[at++] = Math.abs(value);
      }
    }
    Arrays.sort(sorted);
    float threshold = sorted[zeros - 1];
    int left = zeros;
    for (float value : sorted) {
      if (value < threshold) {
        left--;
      }
    }
    for (float[] values : weights.values()) {
      for (int i = 0; i < values.length; i++) {
        float magnitude = Math.abs(values[i]);
        if (magnitude < threshold) {
          values[i] = 0;
        } else if (magnitude == threshold && left > 0) {
          values[i] = 0;
          left--;
        }
      }
    }
  }

  /**
   * Trains a pruned model; what is zero stays zero.
   *
   * @param parent that it was pruned from
   * @return the model with trained weights and the same metadata
   */
  public static OnnxModel fineTune(
      OnnxModel parent,
      OnnxModel pruned,
      Preprocessing preprocessing,
      List<TrainingPart> parts,
      TrainingSettings settings,
      Accelerator accelerator,
      EpochListener listener,
      Progress progress) {
    try (DifferentiableGraph graph =
        DifferentiableGraph.trainable(pruned, accelerator.torchDevice())) {
      new FineTuner(parent, preprocessing)
          .train(graph, WeightMasks.ofZeros(pruned), parts, settings, listener, progress);
      return graph.export();
    }
  }

  /** The share of the convolution weights that is zero, 0 to 1; 0 for a model without any. */
  public static double sparsity(OnnxModel model) {
    long total = 0;
    long zeros = 0;
    for (Tensor tensor : weights(model).values()) {
      total += tensor.size();
      zeros += tensor.zeros();
    }
    return total == 0 ? 0 : (double) zeros / total;
  }

  /** The initializers that hold weights of convolutions, quantized symmetrically or float. */
  private static Map<String, Tensor> weights(OnnxModel model) {
    Graph graph = model.graph();
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Node node : graph.scoreNodes()) {
      if (!node.is("Conv")) {
        continue;
      }
      String name = node.inputs().get(1);
      Optional<Node> dequantize = graph.producer(name).filter(p -> p.is("DequantizeLinear"));
      String initializer = dequantize.map(d -> d.inputs().get(0)).orElse(name);
      graph
          .constant(initializer)
          .filter(t -> t.type() == ElementType.FLOAT || t.type() == ElementType.INT8)
          .ifPresent(t -> weights.put(initializer, t));
    }
    return weights;
  }
}
