package dev.plumbline.host.compress;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.DynamicProduct;
import dev.plumbline.host.onnx.LayerNames;
import dev.plumbline.host.onnx.ModelFacts;
import dev.plumbline.host.onnx.Node;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OpsetRaising;
import dev.plumbline.host.onnx.QOperatorExpansion;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The layers of a compressed model, each of which can be computed as the original computes it: in
 * float, with the original's weights.
 */
public abstract sealed class CompressedLayers permits QdqLayers, DynamicLayers, FloatLayers {
  /** Metadata of a model of mixed precision: its float layers, with commas between. */
  public static final String FLOAT_LAYERS = "plumbline.float.layers";

  private static final int NEAREST = 3;

  private final OnnxModel compressed;

  CompressedLayers(OnnxModel compressed) {
    this.compressed = compressed;
  }

  /**
   * The layers of a model.
   *
   * @param compressed quantized in any form, or float with other weights than the original's
   * @param original that it was made from
   * @throws BadInputException if the compressed model has no layer that could be another
   */
  public static CompressedLayers of(OnnxModel compressed, OnnxModel original) {
    CompressedLayers layers = found(compressed, OriginalWeights.of(original, compressed));
    if (layers.operators().isEmpty()) {
      throw new BadInputException(
          "model "
              + compressed.name()
              + " has no quantized or pruned layer that original "
              + original.name()
              + " has as well, expected at least one");
    }
    return layers;
  }

  private static CompressedLayers found(OnnxModel compressed, OriginalWeights weights) {
    if (!DynamicProduct.of(compressed.graph()).isEmpty()) {
      return new DynamicLayers(compressed, weights);
    }
    OnnxModel expanded = expanded(compressed);
    return expanded.graph().nodes().stream().anyMatch(Node::dequantizes)
        ? new QdqLayers(compressed, expanded, weights)
        : new FloatLayers(compressed, weights);
  }

  /** QOperator models have scales per channel in opsets that QDQ models have none in. */
  private static OnnxModel expanded(OnnxModel compressed) {
    OnnxModel expanded = QOperatorExpansion.of(compressed);
    return expanded == compressed
        ? compressed
        : QOperatorExpansion.of(
            OpsetRaising.atLeast(compressed, OpsetRaising.NEWEST, "scales per channel"));
  }

  /**
   * Names and operators of the layers that a model has in integers, or that quantizing it would put
   * there, in the order of computation.
   */
  public static Map<String, String> list(OnnxModel model) {
    if (ModelFacts.of(model).format() != ModelFacts.Format.FLOAT) {
      return found(model, OriginalWeights.of(model, model)).operators();
    }
    OnnxModel folded = BatchNormFolding.fold(model);
    QuantizationPlan plan = QuantizationPlan.of(folded);
    Map<String, String> layers = new LinkedHashMap<>();
    LayerNames.of(folded.graph())
        .forEach(
            (node, name) -> {
              if (plan.isInteger(node)) {
                layers.put(name, node.operator());
              }
            });
    return layers;
  }

  /** The operator of each layer by the layer's name, in the order of computation. */
  public abstract Map<String, String> operators();

  /**
   * Stretches of layers from the input on that the model can compute in float: up to each value
   * that alone leads on to the scores.
   *
   * @return names of layers, each list with those of the list before; none holds all layers
   * @throws BadInputException if the model has no QuantizeLinear and DequantizeLinear, or there is
   *     no such value, or a layer's weights are not in the original
   */
  public final List<List<String>> floatStretches() {
    QdqLayers qdq = withScales();
    List<List<String>> stretches = qdq.stretches();
    if (stretches.isEmpty()) {
      throw new BadInputException(
          "model "
              + compressed.name()
              + " cannot be cut into layers in float and layers in integers, expected a value"
              + " between its layers that alone leads from the input to the scores");
    }
    return stretches;
  }

  /**
   * Small sets of layers that are worth trying in float, anywhere in the model: each layer of
   * weights, each layer with one that takes what it makes, as the value between them is rounded no
   * more only if both are in float, and the layers from one value that alone leads to the scores to
   * the next.
   *
   * @return names of layers, each set once
   * @throws BadInputException as {@link #floatStretches}
   */
  public final List<Set<String>> floatUnits() {
    return withScales().units();
  }

  /**
   * Names of the layers that add two values which both follow from the input.
   *
   * @throws BadInputException if the model has no QuantizeLinear and DequantizeLinear
   */
  public final List<String> additions() {
    return withScales().sums();
  }

  private QdqLayers withScales() {
    if (this instanceof QdqLayers qdq) {
      return qdq;
    }
    throw new BadInputException(
        "model "
            + compressed.name()
            + " has no activations that are quantized with scales of their own, expected a model"
            + " of quantize --mode static");
  }

  /** The model with some layers in float, at least one. */
  abstract OnnxModel write(Set<String> floatLayers);

  /** As {@link #write}; a form whose values between layers are not rounded passes floats anyway. */
  OnnxModel writePassing(Set<String> floatLayers) {
    return write(floatLayers);
  }

  /** The model as it is. */
  public OnnxModel compressed() {
    return compressed;
  }

  /**
   * The model with some layers in float.
   *
   * @param floatLayers names of layers
   * @throws BadInputException if there is no layer of such a name; names the nearest ones
   */
  public OnnxModel inFloat(Collection<String> floatLayers) {
    return inFloat(floatLayers, this::write);
  }

  /**
   * As {@link #inFloat}, but what a layer in float makes goes to others in float as it is, also
   * where layers in integers take it as well and get it rounded.
   */
  public OnnxModel inFloatPassing(Collection<String> floatLayers) {
    return inFloat(floatLayers, this::writePassing);
  }

  private OnnxModel inFloat(
      Collection<String> floatLayers, Function<Set<String>, OnnxModel> writer) {
    for (String name : floatLayers) {
      if (!operators().containsKey(name)) {
        throw new BadInputException(
            "model "
                + compressed.name()
                + " has no layer '"
                + name
                + "' to keep in float; the nearest are "
                + nearest(name)
                + ", and inspect lists all");
      }
    }
    if (floatLayers.isEmpty()) {
      return compressed;
    }
    Set<String> inOrder = new LinkedHashSet<>(operators().keySet());
    inOrder.retainAll(Set.copyOf(floatLayers));
    return writer.apply(inOrder).withMetadata(FLOAT_LAYERS, String.join(",", inOrder));
  }

  private String nearest(String name) {
    return operators().keySet().stream()
        .sorted(Comparator.comparingInt(layer -> distance(name, layer)))
        .limit(NEAREST)
        .map(layer -> "'" + layer + "'")
        .collect(Collectors.joining(", "));
  }

  /** Levenshtein's: how many letters to change, add or drop. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
