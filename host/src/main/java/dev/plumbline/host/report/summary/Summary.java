package dev.plumbline.host.report.summary;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The figures of a whole job: what {@code summary.json} holds. The pairs are top-level keys of the
 * file, named as here: {@code int8}, {@code pruned}.
 *
 * @param formatVersion version of the file's format
 * @param toolVersion of the Plumbline that made it
 * @param created when, in UTC, as ISO 8601
 * @param pairs by name, in the order they are to be shown
 */
public record Summary(
    @JsonProperty("format_version") int formatVersion,
    @JsonProperty("tool_version") String toolVersion,
    @JsonProperty("created") String created,
    @JsonAnyGetter Map<String, PairSummary> pairs) {
  /** The version that this writes, and the only one that it reads. */
  public static final int FORMAT_VERSION = 1;

  /** How the file is called in a job's folder. */
  public static final String FILE_NAME = "summary.json";

  /** Pair of the original and its int8 version. */
  public static final String INT8 = "int8";

  /** Pair of the original and its pruned version. */
  public static final String PRUNED = "pruned";

  private static final Pattern PAIR_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  private static final Set<String> OWN_KEYS = Set.of("format_version", "tool_version", "created");

  private static final long LARGEST_FILE = 8L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          // A newer program may add figures without breaking what this one reads.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public Summary {
    if (formatVersion != FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "format version " + formatVersion + ", expected " + FORMAT_VERSION);
    }
    try {
      Instant.parse(created);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "created is \"" + created + "\", expected a time such as 2026-01-31T23:59:59Z", e);
    }
    for (Map.Entry<String, PairSummary> pair : pairs.entrySet()) {
      String name = pair.getKey();
      // The underscore is left to the file's own keys, so a pair never hides one of them.
      if (!isPairName(name)) {
        throw new IllegalArgumentException(
            "a pair named \"" + name + "\", expected lower-case letters, digits and hyphens");
      }
      if (pair.getValue() == null) {
        throw new IllegalArgumentException("the pair \"" + name + "\" is null");
      }
    }
    pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
  }

  public Summary(String toolVersion, Instant created, Map<String, PairSummary> pairs) {
    this(FORMAT_VERSION, toolVersion, created.toString(), pairs);
  }

  /** Whether a pair may have this name, which is a key of the file. */
  public static boolean isPairName(String name) {
    return PAIR_NAME.matcher(name).matches();
  }

  /**
   * Reads a {@code summary.json}.
   *
   * @throws BadInputException when there is none, or it is not one
   */
  public static Summary read(Path file) {
    try {
      return parse(InputFile.bytes("summary", file, LARGEST_FILE));
    } catch (StreamReadException e) {
      throw new BadInputException(
          "%s: no valid JSON at line %d, column %d, expected a summary.json"
              .formatted(file, e.getLocation().getLineNr(), e.getLocation().getColumnNr()),
          e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          file + ": not a summary.json that can be read: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  // By hand, since Jackson gives a record the pairs in reversed order.
  private static Summary parse(byte[] text) throws IOException {
    JsonNode tree = JSON.readTree(text);
    if (!tree.isObject()) {
      throw new IllegalArgumentException("found no JSON object");
    }
    Map<String, PairSummary> pairs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!OWN_KEYS.contains(field.getKey())) {
        pairs.put(field.getKey(), pair(field.getKey(), field.getValue()));
      }
    }
    return new Summary(
        tree.path("format_version").asInt(0),
        tree.path("tool_version").asText(),
        tree.path("created").asText(),
        pairs);
  }

  private static PairSummary pair(String name, JsonNode figures) throws JsonProcessingException {
    try {
      return JSON.treeToValue(figures, PairSummary.class);
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new IllegalArgumentException(name + ": " + refused.getMessage(), e);
      }
      String key =
          e.getPath().stream()
              .map(JsonMappingException.Reference::getFieldName)
              .filter(Objects::nonNull)
              .collect(Collectors.joining("."));
      throw new IllegalArgumentException(
          "the figures of %s are incomplete or of the wrong kind%s"
              .formatted(name, key.isEmpty() ? "" : " at " + key),
          e);
    }
  }

  /** Writes it beside the file first, then moves it there, so that no half of it is ever seen. */
  public void write(Path file) {
    WholeFile.write(file, out -> out.write(json().getBytes(StandardCharsets.UTF_8)));
  }

  /** The text of the file. */
  public String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary that cannot be written as JSON", e);
    }
  }
}
