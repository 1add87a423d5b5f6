package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.device.DeviceLatency;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.precision.LatencyJudge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Latency as a device's agent measures it.
 *
 * @param id what the device is called
 */
public record DeviceLatencies(String id, DeviceLatency device) implements LatencyJudge {
  @Override
  public Measured measure(List<OnnxModel> models, Input input, Progress progress) {
    DeviceLatency.Times times = device.measure(models, input, progress);
    String first = models.get(0).sha256();
    if (times.refusals().containsKey(first)) {
      throw new BadInputException(times.refusals().get(first));
    }
    Map<String, RunLatency> latencies = new LinkedHashMap<>();
    times
        .millis()
        .forEach(
            (sha256, millis) ->
                latencies.put(sha256, RunLatency.of(millis, times.millis().get(first))));
    return new Measured(latencies, times.refusals());
  }
}
