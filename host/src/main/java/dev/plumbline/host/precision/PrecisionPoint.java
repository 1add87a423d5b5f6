package dev.plumbline.host.precision;

import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunKernels;
import dev.plumbline.host.onnx.RunLatency;
import dev.plumbline.host.repair.NewSearchCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a candidate costs and what it is worth.
 *
 * @param kernels what ONNX Runtime runs of it
 * @param found by a new search; empty where none was made, as for the original, which does not
 *     deviate from itself
 */
public record PrecisionPoint(
    PrecisionCandidate candidate,
    RunLatency latency,
    RunKernels kernels,
    CleanError clean,
    Optional<NewSearchCounts> found) {

  /** The file's size. */
  public long bytes() {
    return model().bytes().length;
  }

  public String name() {
    return candidate.name();
  }

  public OnnxModel model() {
    return candidate.model();
  }

  /** Whether it can be compared with others by deviations. */
  boolean isKnown() {
    return found.isPresent() || candidate.isReference();
  }

  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name());
    map.put("precision", candidate.text());
    map.put("float_layers", candidate.floatLayers());
    map.put("sha256", model().sha256());
    map.put("latency_ms", latency.median());
    map.put("latency_ms_quartiles", List.of(latency.low(), latency.high()));
    map.put("latency_increase", latency.increase());
    map.put("size", bytes());
    map.put("integer_kernels", kernels.integer());
    map.put("float_layers_run", kernels.floatLayers());
    map.put("conversions_run", kernels.conversions());
    map.put("operators_run", kernels.operators());
    map.put("margin_error", clean.margin());
    map.put("natural_deviations", clean.natural());
    map.put("clean_pictures", clean.pictures());
    map.put("seeds", found.map(NewSearchCounts::seeds).orElse(null));
    map.put("seeds_with_deviation", found.map(NewSearchCounts::seedsWithDeviation).orElse(null));
    map.put("by_confidence", found.map(NewSearchCounts::byConfidence).orElse(null));
    return map;
  }
}
