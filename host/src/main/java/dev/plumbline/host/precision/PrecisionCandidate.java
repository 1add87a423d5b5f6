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
    /** Those that are measured to be worth most for their cost. */
    FLOAT_LAYERS,
    /** The residual additions, and what they pass on to each other. */
    FLOAT_ADDITIONS,
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
   * float, with those that are worth most for their cost, with the residual additions, then with
   * activations of 16 bits, and the original at the end.
   *
   * @param layers of the quantized model and the original
   * @param worthiest names of layers, each set with those of the one before
   * @throws BadInputException if its layers cannot be put back into float, or it cannot be cut
   */
  static List<PrecisionCandidate> of(
      OnnxModel original,
      CompressedLayers layers,
      List<List<String>> worthiest,
      Progress progress) {
    OnnxModel quantized = layers.compressed();
    List<PrecisionCandidate> candidates = new ArrayList<>();
    candidates.add(new PrecisionCandidate(INT8, Kind.INT8, List.of(), quantized));
    for (List<String> stretch : spread(layers.floatStretches())) {
      candidates.add(
          new PrecisionCandidate(
              "float-" + stretch.size(), Kind.FLOAT_STRETCH, stretch, layers.inFloat(stretch)));
    }
    for (List<String> set : worthiest) {
      candidates.add(
          new PrecisionCandidate(
              "layers-" + set.size(), Kind.FLOAT_LAYERS, set, layers.inFloatPassing(set)));
    }
    List<String> additions = layers.additions();
    if (!additions.isEmpty()) {
      candidates.add(
          new PrecisionCandidate(
              "float-additions",
              Kind.FLOAT_ADDITIONS,
              additions,
              layers.inFloatPassing(additions)));
    }
    candidates.removeIf(each -> isTwice(each, candidates));
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

  /** Whether one before it is the same graph. */
  private static boolean isTwice(PrecisionCandidate candidate, List<PrecisionCandidate> all) {
    return all.stream()
        .takeWhile(before -> before != candidate)
        .anyMatch(before -> before.model().sha256().equals(candidate.model().sha256()));
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
      case FLOAT_LAYERS -> String.join(", ", floatLayers) + " in float";
      case FLOAT_ADDITIONS -> "the residual additions in float";
      case WIDE_ACTIVATIONS -> "16-bit activations";
      case FLOAT -> "the original";
    };
  }
}
