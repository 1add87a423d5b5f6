package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Removes filters of convolutions, and with them everything that works on their channels:
 * structured pruning by L1 norm (Li et al., "Pruning Filters for Efficient ConvNets", 2017). The
 * graph that is left computes what the model would with those filters, their biases and their
 * normalisation's scale and offset set to 0.
 *
 * <p>The same share goes of every layer: norms of layers of different sizes do not compare, and a
 * ranking of all filters together can empty a layer. Layers whose outputs are added lose the same
 * channels.
 */
public final class FilterPruner {
  private FilterPruner() {}

  /**
   * Prunes a float model.
   *
   * @param rate share of each layer's filters that goes, 0 to below 1; their number is rounded half
   *     up, and one filter stays at least
   * @param inputDims dimensions of the model's input, batch first
   * @throws BadInputException if the rate is out of range, or the model is quantized or has no
   *     filters that can go
   */
  public static FilterPruning prune(OnnxModel model, double rate, long... inputDims) {
    if (!(rate >= 0 && rate < 1)) {
      throw new BadInputException(
          "the rate of structured pruning is " + rate + ", expected 0 to below 1");
    }
    QuantizedModels.refuse(model, "pruned");
    Map<String, long[]> shapes = ModelCost.shapes(model, inputDims);
    ChannelFlow flow = ChannelFlow.of(model, shapes);
    BitSet removed = FilterSelection.removed(flow, rate);
    List<FilterPruning.Layer> layers = new ArrayList<>();
    flow.layers().forEach(layer -> layers.add(pruned(layer, flow.sets(), removed)));
    requireAny(model, layers);
    OnnxModel smaller =
        new Provenance("pruned filters l1 " + rate, model.sha256())
            .write(ChannelRemoval.remove(model, flow, id -> !removed.get(flow.sets().setOf(id))));
    return new FilterPruning(
        smaller,
        List.copyOf(layers),
        ModelCost.of(model, shapes, inputDims[0]),
        ModelCost.of(smaller, inputDims));
  }

  private static FilterPruning.Layer pruned(FilterLayer layer, ChannelSets sets, BitSet removed) {
    boolean whole = Arrays.stream(layer.ids()).allMatch(id -> sets.whyKept(id).isPresent());
    Optional<String> why = whole ? sets.whyKept(layer.ids()[0]) : Optional.empty();
    return new FilterPruning.Layer(
        layer.node().name(),
        layer.ids().length,
        FilterSelection.removed(layer, sets, removed),
        why);
  }

  private static void requireAny(OnnxModel model, List<FilterPruning.Layer> layers) {
    if (layers.stream().allMatch(layer -> layer.whole().isPresent())) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has no convolution that can lose filters"
              + layers.stream()
                  .findFirst()
                  .map(layer -> " (" + layer.name() + ": " + layer.whole().orElseThrow() + ")")
                  .orElse("")
              + ", expected one at least");
    }
  }
}
