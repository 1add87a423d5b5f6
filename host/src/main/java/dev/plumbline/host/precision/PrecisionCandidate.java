package dev.plumbline.host.precision;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.compress.CompressedLayers;
import dev.plumbline.host.compress.WideActivations;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the graphs between all layers in integers and all in float.
 *
 * @param name of its file, without ending
 * @param floatLayers names of the layers in float, from the input on; empty for none
 */
public record PrecisionCandidate(
    String name, Kind kind, List<String> floatLayers, OnnxModel model) {
  /** The quantized model as it is. */
  public static final String INT8 = "int8";

  /** Each is measured and searched; more would not be told apart. */
  private static final int MOST_STRETCHES = 10;

  /** What is in more than 8 bits. */
  public enum Kind {
    /** Nothing more than in the quantized model. */
    INT8,
    /** The first layers. */
    FLOAT_STRETCH,
    /** All activations that are rounded. */
    WIDE_ACTIVATIONS,
    /** Everything: the original, as the end that others are compared with. */
    FLOAT
  }

  public PrecisionCandidate {
    floatLayers = List.copyOf(floatLayers);
  }

  /**
   * The candidates of a pair: the quantized model first, then with ever more of its first layers in
   * float, then with activations of 16 bits, and the original at the end.
   *
   * @param quantized with QuantizeLinear and DequantizeLinear, made from the original
   * @throws BadInputException if its layers cannot be put back into float, or it cannot be cut
   */
  static List<PrecisionCandidate> of(OnnxModel original, OnnxModel quantized, Progress progress) {
    List<PrecisionCandidate> candidates = new ArrayList<>();
    candidates.add(new PrecisionCandidate(INT8, Kind.INT8, List.of(), quantized));
    CompressedLayers layers = CompressedLayers.of(quantized, original);
    for (List<String> stretch : spread(layers.floatStretches())) {
      candidates.add(
          new PrecisionCandidate(
              "float-" + stretch.size(), Kind.FLOAT_STRETCH, stretch, layers.inFloat(stretch)));
    }
    try {
      candidates.add(
          new PrecisionCandidate(
              "int16-activations",
              Kind.WIDE_ACTIVATIONS,
              List.of(),
              WideActivations.of(quantized)));
    } catch (BadInputException e) {
      progress.say("without a candidate of 16-bit activations: " + e.getMessage());
    }
    candidates.add(new PrecisionCandidate("float", Kind.FLOAT, List.of(), original));
    return candidates;
  }

  /** At most so many, the first and the last among them. */
  private static List<List<String>> spread(List<List<String>> stretches) {
    if (stretches.size() <= MOST_STRETCHES) {
      return stretches;
    }
    List<List<String>> some = new ArrayList<>();
    for (int i = 0; i < MOST_STRETCHES; i++) {
      some.add(stretches.get(i * (stretches.size() - 1) / (MOST_STRETCHES - 1)));
    }
    return some;
  }

  /** Whether this is not to be chosen, but the end that others are compared with. */
  boolean isReference() {
    return kind == Kind.FLOAT;
  }

  /** What is in which precision, for people. */
  public String text() {
    return switch (kind) {
      case INT8 -> "as quantized";
      case FLOAT_STRETCH ->
          floatLayers.size() == 1
              ? "the first layer in float"
              : "the first "
                  + floatLayers.size()
                  + " layers in float, up to "
                  + floatLayers.get(floatLayers.size() - 1);
      case WIDE_ACTIVATIONS -> "16-bit activations";
      case FLOAT -> "the original";
    };
  }
}
