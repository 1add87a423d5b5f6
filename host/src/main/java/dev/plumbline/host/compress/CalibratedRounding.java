package dev.plumbline.host.compress;

import dev.plumbline.host.Progress;
import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.QuantizedTensors;
import dev.plumbline.host.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rounds weights so that what a layer puts out changes least, not each weight (Nagel et al. 2020,
 * "Up or Down? Adaptive Rounding for Post-Training Quantization"; here by coordinate descent, as
 * Behdin et al. 2023, "QuantEase"). Neighbouring pixels are much alike, so that rounding errors of
 * a filter add up unless they are chosen to cancel out; the first layers of mobile networks lose
 * most by it. What is left of the shift of the mean goes into the bias.
 *
 * @param preprocessing of the pictures
 * @param pictures whose activations count
 * @param accelerator runs the float model
 */
record CalibratedRounding(Preprocessing preprocessing, Dataset pictures, Accelerator accelerator) {

  /**
   * A float model whose weights are where their quantization has them already.
   *
   * @param model a float model with normalisation folded
   * @param settings that the model is quantized with after
   * @return with a bias at every Conv and Gemm that is quantized
   */
  OnnxModel round(OnnxModel model, QuantizationSettings settings, Progress progress) {
    OnnxModel own = BiasCorrection.withOwnBiases(model);
    QuantizationPlan plan = QuantizationPlan.of(own, settings.floatLayers());
    Map<String, List<LayerInputs>> byInput = new LinkedHashMap<>();
    List<LayerInputs> layers = new ArrayList<>();
    Set<String> weights = new HashSet<>();
    for (Node node : own.graph().nodes()) {
      if (plan.quantizesWeights(node) && weights.add(node.inputs().get(1))) {
        LayerInputs.of(WeightedNode.of(own.graph(), node), pictures.size())
            .ifPresent(
                layer -> {
                  layers.add(layer);
                  byInput.computeIfAbsent(node.inputs().get(0), k -> new ArrayList<>()).add(layer);
                });
      }
    }
    try (DifferentiableGraph graph = DifferentiableGraph.frozen(own, accelerator.torchDevice())) {
      new CapturedRuns(graph, byInput.keySet(), preprocessing, pictures)
          .each(
              progress,
              "taking moments",
              (name, array) -> {
                float[] values = array.toFloatArray();
                long[] dims = array.getShape().getShape();
                byInput.get(name).forEach(layer -> layer.add(values, dims));
              });
    }
    Map<String, Tensor> changed = new HashMap<>();
    try (Progress.Step step = progress.begin("rounding layers", layers.size())) {
      for (int i = 0; i < layers.size(); i++) {
        changed.putAll(rounded(own, layers.get(i), settings));
        step.at(i + 1, "");
      }
    }
    return own.withConstants(changed);
  }

  private static Map<String, Tensor> rounded(
      OnnxModel model, LayerInputs inputs, QuantizationSettings settings) {
    WeightedNode layer = inputs.layer();
    Node node = layer.node();
    QuantizedTensors q = WeightQuantization.weights(layer, settings, 1, new float[0]);
    // Factors of a Gemm are in the layer's weights, not in the node's.
    float alpha = node.is("Gemm") ? node.floatAttribute("alpha", 1) : 1;
    float beta = node.is("Gemm") ? node.floatAttribute("beta", 1) : 1;
    Optional<String> biasName = node.is("MatMul") ? Optional.empty() : node.input(2);
    float[] weight = layer.weight().floats();
    Tensor integers = q.quantize(layer.weight());
    long[] chosen = integers.longs();
    float[] shift = new float[q.scale().length == 1 ? outputs(layer) : q.scale().length];
    boolean movesMean = biasName.isPresent() && beta != 0;
    for (int channel = 0; channel < shift.length; channel++) {
      float scale = q.scale()[q.scale().length == 1 ? 0 : channel];
      shift[channel] =
          inputs
              .moments(channel, movesMean)
              .round(weight, chosen, inputs.elements(channel), scale, settings.largestWeight());
    }
    for (int i = 0; i < weight.length; i++) {
      int channel = inputs.channel(i);
      float scale = q.scale()[q.scale().length == 1 ? 0 : channel];
      // The largest weight, which the scale is made of, keeps its bits.
      boolean largest = Math.abs(chosen[i]) == settings.largestWeight();
      weight[i] = (largest ? weight[i] : chosen[i] * scale) / alpha;
    }
    Map<String, Tensor> changed = new HashMap<>();
    changed.put(layer.weightName(), Tensor.ofFloats(layer.weight().dims(), weight));
    if (movesMean) {
      Tensor bias = model.graph().constants().get(biasName.get());
      float[] values = bias.floats();
      for (int c = 0; c < values.length; c++) {
        values[c] -= shift[c] / beta;
      }
      changed.put(biasName.get(), Tensor.ofFloats(bias.dims(), values));
    }
    return changed;
  }

  private static int outputs(WeightedNode layer) {
    return Math.toIntExact(layer.weight().dims()[layer.axis()]);
  }
}
