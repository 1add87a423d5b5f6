package dev.plumbline.agent;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.plumbline.agent.CollectedOutputs.Made;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Outputs whose memory is there before the run, by name. */
final class PlacedOutputs implements AutoCloseable {
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Made> made = new LinkedHashMap<>();

  private PlacedOutputs() {}

  /** Whether there can be a place for an output. */
  static boolean canPlace(Made output) {
    return output.type().creatable().isPresent() && output.values().hasRemaining();
  }

  /**
   * @param outputs of a run, each of which {@link #canPlace} has passed
   */
  static PlacedOutputs like(OrtEnvironment environment, Map<String, Made> outputs)
      throws OrtException {
    PlacedOutputs placed = new PlacedOutputs();
    try {
      for (Map.Entry<String, Made> output : outputs.entrySet()) {
        Made like = output.getValue();
        ByteBuffer values = RunBuffers.direct(like.values().remaining());
        placed.tensors.put(
            output.getKey(),
            OnnxTensor.createTensor(
                environment, values, like.shape(), like.type().creatable().orElseThrow()));
        placed.made.put(output.getKey(), new Made(like.type(), like.shape(), values));
      }
      return placed;
    } catch (OrtException | RuntimeException e) {
      placed.close();
      throw e;
    }
  }

  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  /** What the last run has put there. */
  Map<String, Made> made() {
    return made;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
