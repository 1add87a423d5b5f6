package dev.plumbline.host.guard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A guard band, as answers tell it and the metadata of a guarded model keep it.
 *
 * @param originalSha256 of the model that decisions are compared with
 * @param modelSha256 of the compressed model that was calibrated, before it was guarded
 * @param unit of the threshold, for people
 * @param target that the threshold reaches on the calibrated half
 * @param randomSeed of the split into halves
 * @param calibration the threshold, and what it does
 * @param attack what a search past the guard found; empty where none was made
 */
public record Guard(
    String originalSha256,
    String modelSha256,
    String unit,
    GuardTarget target,
    long randomSeed,
    Calibration calibration,
    Optional<PastGuard> attack) {
  /** Under which a guarded model's metadata keep this. */
  static final String METADATA = "plumbline.guard";

  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Which decisions are certain. */
  public GuardRule rule() {
    return calibration.rule();
  }

  /** This, with what a search past the guard found. */
  public Guard attacked(PastGuard found) {
    return new Guard(
        originalSha256, modelSha256, unit, target, randomSeed, calibration, Optional.of(found));
  }

  /** Keys of answers and metadata. */
  @JsonValue
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", VERSION);
    map.put("original_sha256", originalSha256);
    map.put("compressed_sha256", modelSha256);
    map.put("target", target.asMap());
    map.put("threshold", rule().threshold());
    map.put("unit", unit);
    map.put("random_seed", randomSeed);
    map.put("calibrated", calibration.calibrated().asMap());
    map.put("measured", calibration.measured().asMap());
    map.put("curve", calibration.curve().stream().map(GuardPoint::asMap).toList());
    map.put("attack", attack.map(PastGuard::asMap).orElse(null));
    return map;
  }

  String text() {
    try {
      return JSON.writeValueAsString(asMap());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a guard is plain JSON", e);
    }
  }

  /**
   * What a model's metadata say of a guard; empty for a model without one.
   *
   * @throws BadInputException if they cannot be read
   */
  public static Optional<Guard> of(OnnxModel model) {
    Optional<String> kept = model.metadata(METADATA);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    try {
      Guard guard = read(JSON.readTree(kept.get()));
      GuardedModel.requireOutput(model);
      return Optional.of(guard);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException(
          "the metadata "
              + METADATA
              + " of model "
              + model.name()
              + " cannot be read, expected what 'guard --export' wrote",
          e);
    }
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Guard read(JsonNode json) {
    if (json.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException("version " + json.path("version"));
    }
    List<GuardPoint> curve = new ArrayList<>();
    json.path("curve").forEach(point -> curve.add(GuardPoint.read(point)));
    JsonNode attack = json.path("attack");
    return new Guard(
        json.path("original_sha256").asText(),
        json.path("compressed_sha256").asText(),
        json.path("unit").asText(),
        GuardTarget.read(json.path("target")),
        json.path("random_seed").asLong(),
        new Calibration(
            new GuardRule((float) json.path("threshold").asDouble(Double.NaN)),
            GuardFigures.read(json.path("calibrated")),
            GuardFigures.read(json.path("measured")),
            curve),
        attack.isObject() ? Optional.of(PastGuard.read(attack)) : Optional.empty());
  }
}
