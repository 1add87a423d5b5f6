package dev.plumbline.host.corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * What came out when a judge was asked about a picture. The first two are decided; the others say
 * why there is no decision, and are never counted as a deviation of compression.
 */
public enum Outcome {
  /** The compressed model's label differs from the original's. */
  @JsonProperty("deviates")
  DEVIATES,
  /** The compressed model keeps the original's label. */
  @JsonProperty("agrees")
  AGREES,
  /**
   * Repeated runs of one judge, which should give one label, gave several: of the compressed model,
   * or of the original.
   */
  @JsonProperty("flaky")
  FLAKY,
  /** The device was there and did not answer in time. */
  @JsonProperty("timed_out")
  TIMED_OUT,
  /** The device lacked the memory to load or run the model, or its agent's bound forbade it. */
  @JsonProperty("out_of_memory")
  OUT_OF_MEMORY,
  /** The device answered that it does not take this model or these pictures. */
  @JsonProperty("model_refused")
  MODEL_REFUSED,
  /** The device could not be reached, or the network to it broke. */
  @JsonProperty("device_lost")
  DEVICE_LOST,
  /** The agent, or ONNX Runtime in it, failed or ended while it judged; the machine is there. */
  @JsonProperty("crashed")
  CRASHED;

  /** Whether the judge gave a label that stands. */
  public boolean isDecided() {
    return this == DEVIATES || this == AGREES;
  }

  /** The word for it in files and in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The outcome of a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Outcome ofWord(String word) {
    for (Outcome outcome : values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("'" + word + "' is no outcome of a verdict");
  }

  /** For people. */
  @Override
  public String toString() {
    return word().replace('_', ' ');
  }
}
