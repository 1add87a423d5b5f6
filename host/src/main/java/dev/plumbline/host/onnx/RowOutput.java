package dev.plumbline.host.onnx;

import java.util.Locale;

/**
 * An output of which a model's task reads the numbers of each input.
 *
 * @param name of the output
 * @param read how its numbers go into the row
 */
public record RowOutput(String name, Read read) {
  /** An output with its numbers read as the graph makes them. */
  public static RowOutput of(OnnxModel model, ValueInfo output) {
    OutputReading found = OutputReading.of(model.graph().withOutput(output));
    return new RowOutput(
        output.name(),
        switch (found.kind()) {
          case INDEPENDENT -> Read.SIGMOID;
          case PROBABILITIES -> Read.SOFTMAX;
          default -> Read.NUMBERS;
        });
  }

  /** How the numbers of an output go into a row. */
  public enum Read {
    /** As they are. */
    NUMBERS,
    /** Probabilities of a sigmoid, each for itself: as their log odds. */
    SIGMOID,
    /** Probabilities of a softmax: as their logarithms. */
    SOFTMAX;

    /** In files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
