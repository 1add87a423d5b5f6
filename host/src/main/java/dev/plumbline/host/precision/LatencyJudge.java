package dev.plumbline.host.precision;

import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunLatency;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A device that measures how long models take there. */
public interface LatencyJudge {
  /** What the device is called. */
  String id();

  /**
   * Measures models in turn.
   *
   * @param models the first is what the others are compared with
   * @param input that all of them get
   * @throws dev.plumbline.host.judging.DeviceUnreachableException if the device does not answer
   * @throws dev.plumbline.host.BadInputException if it refuses the first model, or does not tell
   *     times
   */
  Measured measure(List<OnnxModel> models, Input input, Progress progress);

  /**
   * What a device measured. Each model has one of both.
   *
   * @param latencies by SHA-256 of the model
   * @param refusals of models that the device does not run, sentences, likewise
   */
  record Measured(Map<String, RunLatency> latencies, Map<String, String> refusals) {
    public Measured {
      latencies = Collections.unmodifiableMap(new LinkedHashMap<>(latencies));
      refusals = Collections.unmodifiableMap(new LinkedHashMap<>(refusals));
    }

    /** Whether a model runs there and takes at most so much more than the first. */
    boolean isWithin(String sha256, double share) {
      return latencies.containsKey(sha256) && latencies.get(sha256).increase() <= share;
    }
  }
}
