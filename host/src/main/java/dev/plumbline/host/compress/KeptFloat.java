package dev.plumbline.host.compress;

import dev.plumbline.host.compress.FloatBlocks.Reason;
import dev.plumbline.host.onnx.BatchNormFolding;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Operators that have an integer kernel and that {@link Quantizer} leaves in float all the same.
 *
 * @param reason such as "averages over a Softmax"
 * @param operators how many of each operator
 */
public record KeptFloat(String reason, Map<String, Integer> operators) {

  public KeptFloat {
    operators = Collections.unmodifiableMap(new TreeMap<>(operators));
  }

  /**
   * What stays in float of a float model.
   *
   * @param mode in which the model is quantized; only static models have integers beside weights
   */
  public static List<KeptFloat> of(OnnxModel floatModel, QuantizationMode mode) {
    Map<Reason, Map<String, Integer>> counts = new EnumMap<>(Reason.class);
    QuantizationPlan.of(BatchNormFolding.fold(floatModel))
        .keptFloat()
        .forEach(
            (node, reason) -> {
              if (mode == QuantizationMode.STATIC || reason == Reason.AVERAGE) {
                counts
                    .computeIfAbsent(reason, r -> new TreeMap<>())
                    .merge(node.operator(), 1, Integer::sum);
              }
            });
    List<KeptFloat> kept = new ArrayList<>();
    counts.forEach((reason, operators) -> kept.add(new KeptFloat(reason.text(), operators)));
    return List.copyOf(kept);
  }

  /** Such as "2 Add, 5 Mul: the head behind its last weights". */
  public String text() {
    return operators.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "))
        + ": "
        + reason;
  }
}
