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
 * @param devices what it costs on devices, by device; empty for one that does not run it
 * @param refusals of devices that do not run it, sentences, by device
 * @param kernels what ONNX Runtime runs of it
 * @param found by a new search; empty where none was made, as for the original, which does not
 *     deviate from itself, or one that others beat anyway
 */
public record PrecisionPoint(
    PrecisionCandidate candidate,
    RunLatency latency,
    Map<String, RunLatency> devices,
    Map<String, String> refusals,
    RunKernels kernels,
    CleanError clean,
    Optional<NewSearchCounts> found) {
  private static final double HARDLY_MORE = 1.05;
  private static final double CLEARLY_NEARER = 0.9;

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

  /** This, with what a new search finds. */
  PrecisionPoint with(NewSearchCounts counts) {
    return new PrecisionPoint(
        candidate, latency, devices, refusals, kernels, clean, Optional.of(counts));
  }

  /**
   * Whether another takes no more time and hardly more bytes and is clearly nearer to the original
   * on clean pictures, so that a search against this one would tell nothing.
   */
  boolean isBeatenBy(PrecisionPoint other) {
    return candidate.kind() != PrecisionCandidate.Kind.INT8
        && !other.candidate.isReference()
        && other.latency.increase() <= latency.increase()
        && other.bytes() <= HARDLY_MORE * bytes()
        && other.clean.margin() < CLEARLY_NEARER * clean.margin();
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
    if (!devices.isEmpty() || !refusals.isEmpty()) {
      map.put("devices", devices);
      map.put("refusals", refusals);
    }
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
