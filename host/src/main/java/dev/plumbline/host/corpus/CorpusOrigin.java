package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Task;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a corpus comes from: known before the search begins, and enough to run it again.
 *
 * @param originalSha256 of the original's file, 64 lower-case hexadecimal digits
 * @param compressedSha256 of the compressed model's file
 * @param preprocessing from picture to model input; for as many channels as {@code shape} has
 * @param shape of every input
 * @param task of both models: what the decisions in the rows are
 * @param classNames by number; of a classification at least one
 * @param settings of the search: numbers, words, truth values, lists and maps of them; among them
 *     {@link #REQUIRED_SETTINGS}, and whatever else the search depends on. In order of the keys;
 *     read back, whole numbers are Integer or Long, others Double
 */
public record CorpusOrigin(
    String originalSha256,
    String compressedSha256,
    Preprocessing preprocessing,
    InputShape shape,
    Task task,
    List<String> classNames,
    Map<String, Object> settings) {

  /**
   * Without these a search cannot be run again: {@code algorithm}, {@code steps}, {@code
   * random_seed} and {@code data} (a path; {@code split} and {@code range} beside it where given).
   */
  public static final List<String> REQUIRED_SETTINGS =
      List.of("algorithm", "steps", "random_seed", "data");

  /** The setting that keeps the SHA-256 of the search's job, where it was one. */
  public static final String JOB = "job";

  /** The setting that says which part of its job a search was, such as 2/5. */
  public static final String SHARD = "shard";

  public CorpusOrigin {
    Sha256.require(originalSha256);
    Sha256.require(compressedSha256);
    if (shape instanceof PictureShape pictures && preprocessing.channels() != pictures.channels()) {
      throw new IllegalArgumentException(
          "preprocessing of " + preprocessing.channels() + " channels for pictures of " + shape);
    }
    classNames = List.copyOf(classNames);
    if (classNames.isEmpty() && task instanceof Classification) {
      throw new IllegalArgumentException("no class names");
    }
    for (String setting : REQUIRED_SETTINGS) {
      if (settings.get(setting) == null) {
        throw new IllegalArgumentException("settings " + settings.keySet() + " lack " + setting);
      }
    }
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** As JSON, for {@link #read}. */
  public JsonNode json() {
    return CorpusFiles.tree(this);
  }

  /**
   * An origin from JSON.
   *
   * @param file what it stands in
   * @throws dev.plumbline.host.BadInputException if it is none
   */
  public static CorpusOrigin read(Path file, JsonNode json) {
    return CorpusFiles.origin(file, json);
  }

  /** This with other settings beside its own, or in their place. */
  public CorpusOrigin with(Map<String, Object> others) {
    Map<String, Object> all = new TreeMap<>(settings);
    all.putAll(others);
    return withSettings(all);
  }

  /** This without a setting. */
  public CorpusOrigin without(String setting) {
    Map<String, Object> fewer = new TreeMap<>(settings);
    fewer.remove(setting);
    return withSettings(fewer);
  }

  private CorpusOrigin withSettings(Map<String, Object> others) {
    return new CorpusOrigin(
        originalSha256, compressedSha256, preprocessing, shape, task, classNames, others);
  }

  /** In what this differs from another, in words such as "steps 10 and not 30"; empty if equal. */
  public List<String> differences(CorpusOrigin other) {
    return OriginDifferences.of(json(), other.json());
  }
}
