package dev.plumbline.host.repair;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Everything that the model of a round depends on; how many rounds there are does not matter.
 *
 * @param fields by name, as the ledger has them
 */
record RepairKey(@JsonValue Map<String, String> fields) {
  private static final String NEW_SEARCH = "new_search";

  /** Of a repair whose models are not searched anew; ledgers of formats 1 and 2 know no other. */
  private static final String NONE = "none";

  private static final List<String> NAMES =
      List.of(
          "recipe",
          "epochs",
          "batch",
          "rate",
          "corpus_share",
          "temperature",
          "learned_scales",
          "random_seed",
          "search",
          "max_accuracy_drop",
          "training_seeds",
          "corpus",
          "heldout",
          "training_pictures",
          "clean_pictures",
          "data",
          NEW_SEARCH);

  /** The key in ledgers of format 1: one text, with the same fields in the same order. */
  private static final Pattern FORMAT_1 =
      Pattern.compile(
          "RepairSettings\\[recipe=(.*), epochs=(.*), batch=(.*), rate=(.*), corpusShare=(.*),"
              + " temperature=(.*), learnedScales=(.*), randomSeed=(.*)\\] search (.*) drop (.*)"
              + " (\\d+) training seeds corpus (\\S+) heldout (\\S+) (\\d+) training pictures"
              + " (\\d+) clean pictures data (.*)",
          Pattern.DOTALL);

  RepairKey {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * Reads the key of a ledger of this format or of format 1.
   *
   * @throws BadInputException if it is neither
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static RepairKey of(JsonNode json) {
    if (json.isTextual()) {
      return ofFormat1(json.asText());
    }
    Map<String, String> fields = new LinkedHashMap<>();
    json.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
    fields.putIfAbsent(NEW_SEARCH, NONE);
    return new RepairKey(fields);
  }

  /**
   * @param settings of the first round
   * @param search what {@link RoundSearch#id} says
   * @param corpus SHA-256 of what is learned from
   * @param heldout SHA-256 of the held-out corpus, or the share of the seeds that is set aside
   * @param data digest of training and clean pictures
   * @param newSearch what {@link NewSearch#id} says; empty where there is none
   */
  static RepairKey of(
      RepairSettings settings,
      String search,
      double maxAccuracyDrop,
      int trainingSeeds,
      String corpus,
      String heldout,
      int trainingPictures,
      int cleanPictures,
      String data,
      Optional<String> newSearch) {
    return named(
        List.of(
            settings.recipe().toString(),
            Integer.toString(settings.epochs()),
            Integer.toString(settings.batch()),
            Double.toString(settings.rate()),
            Double.toString(settings.corpusShare()),
            Double.toString(settings.temperature()),
            Boolean.toString(settings.learnedScales()),
            Long.toString(settings.randomSeed()),
            search,
            Double.toString(maxAccuracyDrop),
            Integer.toString(trainingSeeds),
            corpus,
            heldout,
            Integer.toString(trainingPictures),
            Integer.toString(cleanPictures),
            data,
            newSearch.orElse(NONE)));
  }

  private static RepairKey ofFormat1(String text) {
    Matcher matcher = FORMAT_1.matcher(text);
    if (!matcher.matches()) {
      throw new BadInputException("the key '" + text + "' is none of a ledger of format 1");
    }
    List<String> values = new ArrayList<>();
    for (int group = 1; group <= matcher.groupCount(); group++) {
      values.add(matcher.group(group));
    }
    values.add(NONE);
    return named(values);
  }

  private static RepairKey named(List<String> values) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      fields.put(NAMES.get(i), values.get(i));
    }
    return new RepairKey(fields);
  }

  /** How this key differs from the one that is expected, such as "epochs is 3, expected 5". */
  String differenceFrom(RepairKey expected) {
    Set<String> names = new LinkedHashSet<>(expected.fields.keySet());
    names.addAll(fields.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String found = fields.getOrDefault(name, "absent");
      String wanted = expected.fields.getOrDefault(name, "absent");
      if (!found.equals(wanted)) {
        differences.add(name + " is " + found + ", expected " + wanted);
      }
    }
    return String.join("; ", differences);
  }
}
