package dev.plumbline.host.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the steps of a job came to, kept in a file, so that a job that was cut off goes on with the
 * first step that is missing. A step is done again when what it depends on has changed.
 */
final class StepJournal {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private final Path file;
  private final ObjectNode steps;
  private boolean stale;

  private StepJournal(Path file, ObjectNode steps) {
    this.file = file;
    this.steps = steps;
  }

  static StepJournal open(Path file) {
    if (!Files.exists(file)) {
      return new StepJournal(file, JSON.createObjectNode());
    }
    try {
      if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode steps) {
        return new StepJournal(file, steps);
      }
      throw new BadInputException("journal " + file + " is not a JSON object of steps");
    } catch (IOException e) {
      throw new BadInputException("journal " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The result of a step: from the journal where it was done with the same key, and all steps
   * before it were; else from doing it.
   *
   * @param key everything that the result depends on beside the steps before
   */
  <T> T step(String name, String key, Class<T> type, Supplier<T> work) {
    JsonNode known = steps.get(name);
    if (!stale && known != null && known.path("key").asText().equals(key)) {
      try {
        return JSON.treeToValue(known.get("result"), type);
      } catch (IOException e) {
        throw new BadInputException(
            "journal " + file + " holds no readable result of step " + name, e);
      }
    }
    // What follows was made from another result of this step. It goes before the work begins: the
    // work replaces files that it was made from, and may be cut off.
    stale = true;
    forgetFrom(name);
    long start = System.nanoTime();
    T result = work.get();
    ObjectNode entry = JSON.createObjectNode();
    entry.put("key", key);
    entry.put("seconds", (System.nanoTime() - start) / 1e9);
    entry.set("result", JSON.valueToTree(result));
    steps.set(name, entry);
    write();
    return result;
  }

  private void forgetFrom(String name) {
    List<String> names = new ArrayList<>();
    steps.fieldNames().forEachRemaining(names::add);
    int from = names.indexOf(name);
    if (from >= 0) {
      steps.remove(names.subList(from, names.size()));
      write();
    }
  }

  private void write() {
    WholeFile.write(file, out -> out.write(JSON.writeValueAsBytes(steps)));
  }

  /** Whether the result of a step is kept, by whatever key. */
  boolean has(String name) {
    return steps.has(name);
  }

  /** Wall-clock seconds of the steps done so far, in their order. */
  Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    steps
        .properties()
        .forEach(e -> seconds.put(e.getKey(), e.getValue().get("seconds").asDouble()));
    return seconds;
  }
}
