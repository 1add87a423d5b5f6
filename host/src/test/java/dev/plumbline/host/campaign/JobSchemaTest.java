package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/job.schema.json} and the table of {@code docs/job.md} are what {@link CampaignConfig}
 * and {@code job-keys.properties} say. Where they are not, the fresh ones are in {@code target/}.
 */
class JobSchemaTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String TABLE = "| key | kind | meaning |\n| --- | --- | --- |\n";

  private final JobSchema schema = new JobSchema();

  @Test
  void theSchemaOfTheDocumentationIsCurrent() throws IOException {
    isCurrent(DOCS.resolve("job.schema.json"), schema.json());
  }

  @Test
  void theTableOfTheDocumentationIsCurrent() throws IOException {
    Path page = DOCS.resolve("job.md");
    String text = Files.readString(page);
    int from = text.indexOf(TABLE);
    assertTrue(from >= 0, "docs/job.md has no table of keys");
    int to = text.indexOf("\n\n", from) + 1;
    isCurrent(page, text.substring(0, from) + table() + text.substring(to));
  }

  private String table() {
    return schema.keys().stream()
        .map(
            key ->
                "| `%s`%s | %s | %s |\n"
                    .formatted(
                        key.name(), key.required() ? ", required" : "", key.kind(), key.meaning()))
        .collect(Collectors.joining("", TABLE, ""));
  }

  private static void isCurrent(Path document, String fresh) throws IOException {
    Path file = Path.of("target").resolve(document.getFileName());
    Files.createDirectories(file.getParent());
    Files.writeString(file, fresh);
    assertEquals(fresh, Files.readString(document), "cp host/" + file + " docs/ makes it current");
  }

  @Test
  void theJobOfTheDemoFollowsTheSchema() throws IOException {
    JsonNode job = new YAMLMapper().readTree(Path.of("..", "models", "demo.yaml").toFile());
    List<String> faults = new ArrayList<>();
    check(job, new ObjectMapper().readTree(schema.json()), "", faults);
    assertEquals(List.of(), faults);
  }

  /** The part of JSON Schema that the schema uses. */
  private static void check(JsonNode value, JsonNode schema, String where, List<String> faults) {
    JsonNode types = schema.path("type");
    boolean fits =
        types.isTextual()
            ? fits(value, types.asText())
            : StreamSupport.stream(types.spliterator(), false)
                .anyMatch(type -> fits(value, type.asText()));
    if (!fits) {
      faults.add(where + " is " + value + ", expected " + types);
      return;
    }
    schema
        .path("required")
        .forEach(
            key -> {
              if (!value.has(key.asText())) {
                faults.add(where + "." + key.asText() + " is missing");
              }
            });
    value
        .properties()
        .forEach(
            field -> {
              String key = where + "." + field.getKey();
              JsonNode its = schema.path("properties").path(field.getKey());
              JsonNode other = schema.path("additionalProperties");
              if (its.isObject()) {
                check(field.getValue(), its, key, faults);
              } else if (other.isObject()) {
                check(field.getValue(), other, key, faults);
              } else {
                faults.add(key + " is unknown");
              }
            });
    if (value.isArray()) {
      value.forEach(item -> check(item, schema.path("items"), where + "[]", faults));
    }
  }

  private static boolean fits(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> false;
    };
  }
}
