package dev.plumbline.host.report.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SummaryTest {
  @TempDir Path folder;

  @Test
  void the_pairs_are_top_level_keys_beside_the_version_and_the_date() throws IOException {
    JsonNode json = written(Samples.summary());
    assertEquals(
        List.of("format_version", "tool_version", "created", "int8", "pruned"), keys(json));
    assertEquals(1, json.get("format_version").intValue());
    assertEquals("2026-11-03T14:05:09Z", json.get("created").textValue());
  }

  @Test
  void a_pair_has_exactly_the_keys_of_the_contract() throws IOException {
    JsonNode pair = written(Samples.summary()).get("int8");
    assertEquals(
        List.of(
            "seeds",
            "mutated",
            "effective",
            "valid",
            "invalid",
            "seeds_with_deviation",
            "mean_rms",
            "mean_linf",
            "by_confidence",
            "judges",
            "accuracy",
            "agreement",
            "new_search",
            "repair",
            "fgsm",
            "fleet",
            "natural",
            "seconds",
            "overlaps",
            "left_out"),
        keys(pair));
    assertEquals(
        List.of("original", "compressed", "repaired"), keys(pair.get("accuracy")), "accuracy");
    assertEquals(List.of("compressed", "repaired"), keys(pair.get("agreement")), "agreement");
    assertEquals(
        List.of(
            "corpus_before",
            "corpus_after",
            "heldout_before",
            "heldout_after",
            "judge",
            "rounds",
            "learned",
            "set_aside"),
        keys(pair.get("repair")));
    assertEquals(List.of("2", "8", "16"), keys(pair.get("fgsm")));
    assertEquals(List.of("original", "compressed", "repaired"), keys(pair.get("fgsm").get("8")));
    assertTrue(
        keys(pair.get("judges").get(2))
            .containsAll(
                List.of(
                    "id", "kind", "arch", "runtime", "provider", "judged", "deviates", "agrees")));
    assertEquals("device", pair.get("judges").get(2).get("kind").textValue());
    assertEquals(0.0213, pair.get("mean_rms").doubleValue());
    JsonNode leftOut = pair.get("left_out").get("evaluation");
    assertEquals(List.of("files", "kinds", "broken"), keys(leftOut));
    assertEquals(26, leftOut.get("files").intValue());
    assertEquals(2, leftOut.get("kinds").get(".txt").intValue());
    assertEquals(1, leftOut.get("broken").intValue());
    assertEquals(101.7, pair.get("seconds").get("repair").doubleValue());
  }

  @Test
  void what_is_written_is_read_back_as_it_was() {
    Path file = folder.resolve("deep/down/summary.json");
    Samples.summary().write(file);
    Summary read = Summary.read(file);
    assertEquals(Samples.summary(), read);
    // Maps are equal in any order, but the pairs and steps have one.
    assertEquals(Samples.summary().json(), read.json());
  }

  @Test
  void what_is_not_known_yet_is_null_in_the_file_and_empty_when_read() throws IOException {
    Summary summary = new Summary("0.1.0", Samples.CREATED, Map.of("int8", Samples.bare()));
    JsonNode pair = written(summary).get("int8");
    assertTrue(pair.get("mean_rms").isNull());
    assertTrue(pair.get("repair").isNull());
    assertEquals(summary, Summary.read(folder.resolve("summary.json")));
  }

  @Test
  void keys_that_are_missing_or_new_do_not_break_the_reading() throws IOException {
    Path file = folder.resolve("summary.json");
    Files.writeString(
        file,
        """
        {"format_version": 1, "tool_version": "9", "created": "2026-01-01T00:00:00Z",
         "int8": {"seeds": 1, "mutated": 1, "effective": 0, "valid": 1, "invalid": 0, "new": [1],
          "seeds_with_deviation": 0, "judges": [], "fgsm": {}, "seconds": {},
          "accuracy": {"original": 0.9, "compressed": 0.8}}}
        """);
    PairSummary pair = Summary.read(file).pairs().get("int8");
    assertEquals(OptionalDouble.empty(), pair.meanRms());
    assertTrue(pair.repair().isEmpty());
    assertTrue(pair.leftOut().isEmpty());
    assertEquals(new AccuracySummary(0.9, 0.8), pair.accuracy().orElseThrow());
  }

  @Test
  void nothing_is_left_beside_the_written_file() throws IOException {
    Samples.summary().write(folder.resolve("summary.json"));
    Samples.summary().write(folder.resolve("summary.json"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("summary.json")), files.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "{}",
        "null",
        "{\"format_version\": 2, \"tool_version\": \"1\", \"created\": \"2026-01-01T00:00:00Z\"}",
        "{\"format_version\": 1, \"tool_version\": \"1\", \"created\": \"yesterday\"}",
        "{\"format_version\": 1, \"tool_version\": \"1\", \"created\": \"2026-01-01T00:00:00Z\","
            + " \"int8\": {}}",
        "{\"format_version\": 1, \"tool_version\": \"1\", \"created\": \"2026-01-01T00:00:00Z\","
            + " \"int8\": null}",
        "{\"format_version\": 1, \"tool_version\": \"1\", \"created\": \"2026-01-01T00:00:00Z\","
            + " \"int8\": 3}"
      })
  void what_is_not_a_summary_gets_one_line_that_names_the_file(String text) throws IOException {
    Path file = folder.resolve("summary.json");
    Files.writeString(file, text);
    BadInputException thrown = assertThrows(BadInputException.class, () -> Summary.read(file));
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("REDACTED"), thrown.getMessage());
  }

  @Test
  void a_missing_file_is_named() {
    Path file = folder.resolve("none.json");
    BadInputException thrown = assertThrows(BadInputException.class, () -> Summary.read(file));
    assertTrue(thrown.getMessage().contains(file.toString()), thrown.getMessage());
  }

  @Test
  void figures_that_contradict_each_other_are_refused() {
    PairSummary good = Samples.bare();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new PairSummary(
                10,
                101,
                0,
                90,
                10,
                0,
                good.meanRms(),
                good.meanLinf(),
                good.byConfidence(),
                List.of(),
                good.accuracy(),
                good.score(),
                good.agreement(),
                good.newSearch(),
                good.repair(),
                Map.of(),
                Optional.empty(),
                good.fleet(),
                good.natural(),
                Map.of(),
                Optional.empty(),
                Map.of()));
    assertThrows(IllegalArgumentException.class, () -> new AccuracySummary(0.5, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new AgreementSummary(1.01));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Summary("1", Samples.CREATED, Map.of("tool_version", good)));
  }

  private JsonNode written(Summary summary) throws IOException {
    Path file = folder.resolve("summary.json");
    summary.write(file);
    return new ObjectMapper().readTree(file.toFile());
  }

  private static List<String> keys(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
