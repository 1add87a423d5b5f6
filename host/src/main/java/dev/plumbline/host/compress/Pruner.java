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
    Map<String, float[]> weights = floats(model);
    Map<String, float[]> magnitudes = new LinkedHashMap<>();
    weights.forEach(
        (name, values) -> {
          float[] own = values.clone();
          for (int i = 0; i < own.length; i++) {
            own[i] = Math.abs(own[i]);
          }
          magnitudes.put(name, own);
        });
    zeroSmallest(weights, magnitudes, Math.toIntExact(Math.round(rate * size(weights))));
    return new Provenance("pruned l1 " + rate, model.sha256()).write(with(model, weights));
  }

  /**
   * Prunes a float model by what its weights are worth: those that are worth least become zero. Of
   * equal worth the earlier weight goes first.
   *
   * @param worth of each weight, by name of the initializer, as {@link
   *     dev.plumbline.host.train.WeightWorth} measures it
   * @param kept weights of convolutions that do not become zero, at most all
   * @throws BadInputException as {@link #prune(OnnxModel, double)}
   */
  public static OnnxModel keepWorthiest(OnnxModel model, Map<String, float[]> worth, long kept) {
    Map<String, float[]> weights = floats(model);
    Map<String, float[]> ofWeights = new LinkedHashMap<>();
    weights.keySet().forEach(name -> ofWeights.put(name, worth.get(name)));
    zeroSmallest(weights, ofWeights, Math.toIntExact(Math.max(0, size(weights) - kept)));
    return new Provenance("pruned by worth, kept " + kept, model.sha256())
        .write(with(model, weights));
  }

  private static Map<String, float[]> floats(OnnxModel model) {
    QuantizedModels.refuse(model, "pruned");
    Map<String, float[]> weights = new LinkedHashMap<>();
    weights(model).forEach((name, tensor) -> weights.put(name, tensor.floats()));
    if (size(weights) == 0) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has no convolution with constant float weights, expected one to prune");
    }
    return weights;
  }

  private static int size(Map<String, float[]> weights) {
    return weights.values().stream().mapToInt(w -> w.length).sum();
  }

  private static OnnxModel with(OnnxModel model, Map<String, float[]> weights) {
    Map<String, Tensor> pruned = new HashMap<>();
    weights.forEach(
        (name, values) ->
            pruned.put(name, Tensor.ofFloats(model.graph().constants().get(name).dims(), values)));
    return model.withConstants(pruned);
  }

  /**
   * @param worth at least 0, of each weight
   */
  private static void zeroSmallest(
      Map<String, float[]> weights, Map<String, float[]> worth, int zeros) {
    if (zeros == 0) {
      return;
    }
    float[] sorted = new float[size(worth)];
    int at = 0;
    for (float[] values : worth.values()) {
      System.arraycopy(values, 0, sorted, at, values.length);
      at += values.length;
    }
    Arrays.sort(sorted);
    float threshold = sorted[zeros - 1];
    int left = zeros;
    for (float value : sorted) {
      if (value < threshold) {
        left--;
      }
    }
    for (Map.Entry<String, float[]> entry : weights.entrySet()) {
      float[] values = entry.getValue();
      float[] ofValues = worth.get(entry.getKey());
      for (int i = 0; i < values.length; i++) {
        if (ofValues[i] < threshold) {
          values[i] = 0;
        } else if (ofValues[i] == threshold && left > 0) {
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

  /**
   * How many weights of an initializer are not zero.
   *
   * @param of how many there are
   */
  public record Kept(long kept, long of) {}

  /** The weights of convolutions by name of their initializer, in the order of the graph. */
  public static Map<String, Kept> keptByWeight(OnnxModel model) {
    Map<String, Kept> kept = new LinkedHashMap<>();
    weights(model)
        .forEach(
            (name, tensor) ->
                kept.put(name, new Kept(tensor.size() - tensor.zeros(), tensor.size())));
    return kept;
  }

  /** How many of the convolution weights are not zero. */
  public static long kept(OnnxModel model) {
    return keptByWeight(model).values().stream().mapToLong(Kept::kept).sum();
  }

  /** The share of the convolution weights that is zero, 0 to 1; 0 for a model without any. */
  public static double sparsity(OnnxModel model) {
    long total = keptByWeight(model).values().stream().mapToLong(Kept::of).sum();
    return total == 0 ? 0 : (double) (total - kept(model)) / total;
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
