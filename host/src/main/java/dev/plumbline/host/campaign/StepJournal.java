package dev.plumbline.host.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import dev.plumbline.host.JsonReason;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the steps of a job came to, kept in a file, so that a job that was cut off goes on with the
 * first step that is missing. A step is done again when something that it reads has changed, when
 * what it made is no longer what it left, or when a step before it was done again.
 */
final class StepJournal {
  private static final JsonMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final long LARGEST_FILE = 256L << 20;
  private static final String INPUTS = "inputs";
  private static final String AFTER = "after";
  private static final String OUTPUTS = "outputs";
  private static final String SECONDS = "seconds";
  private static final String RESULT = "result";

  private final Path file;
  private final ObjectNode steps;
  private final Consumer<String> told;

  /** Digest of all that the steps until now read and made. */
  private String chain = "";

  private StepJournal(Path file, ObjectNode steps, Consumer<String> told) {
    this.file = file;
    this.steps = steps;
    this.told = told;
  }

  /** What a step leaves on the disk beside its result. */
  interface Outputs {
    /** Of a step that leaves nothing. */
    Outputs NONE =
        new Outputs() {
          @Override
          public Map<String, String> digests() {
            return Map.of();
          }

          @Override
          public void discard() {
            // There is nothing.
          }
        };

    /**
     * What is on the disk, by its name for people.
     *
     * @throws BadInputException if it is not there or not whole
     */
    Map<String, String> digests();

    /** Deletes what an unfinished step left that read something else. */
    void discard();
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param told hears in a sentence which step is done again, and why
   */
  static StepJournal open(Path file, Consumer<String> told) {
    if (!Files.exists(file)) {
      return new StepJournal(file, JSON.createObjectNode(), told);
    }
    byte[] bytes = InputFile.bytes("journal", file, LARGEST_FILE);
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode steps) {
        requireSteps(file, steps);
        return new StepJournal(file, steps, told);
      }
      throw new BadInputException("journal " + file + " is not a JSON object of steps");
    } catch (JsonProcessingException e) {
      throw new BadInputException("journal " + file + " cannot be read: " + JsonReason.of(e), e);
    } catch (IOException e) {
      throw InputFile.unreadable("journal", file, e);
    }
  }

  private static void requireSteps(Path file, ObjectNode steps) {
    for (Map.Entry<String, JsonNode> step : steps.properties()) {
      if (!step.getValue().isObject()
          || step.getValue().has(RESULT) && !step.getValue().path(SECONDS).isNumber()) {
        throw new BadInputException(
            "journal "
                + file
                + " does not say of step "
                + step.getKey()
                + " what it came to; expected a journal of this program, or none, to begin again");
      }
    }
  }

  /**
   * The result of a step: from the journal where it was done with the same inputs after the same
   * steps, and its outputs are still what they were; else from doing it.
   *
   * @param inputs everything that the result depends on beside the steps before, by its name for
   *     people
   */
  <T> T step(
      String name, Map<String, String> inputs, Class<T> type, Outputs outputs, Supplier<T> work) {
    Optional<ObjectNode> known =
        steps.get(name) instanceof ObjectNode entry ? Optional.of(entry) : Optional.empty();
    boolean same = known.isPresent() && changes(known.get(), inputs).isEmpty();
    if (same && known.get().has(RESULT)) {
      if (known.get().path(OUTPUTS).equals(JSON.valueToTree(digests(outputs)))) {
        chain = digest(chain + new TreeMap<>(inputs) + known.get().path(OUTPUTS));
        return result(name, known.get(), type);
      }
      told.accept("step " + name + " is done again: what it made has changed or is gone");
      same = false;
    } else if (known.isPresent() && !same) {
      told.accept(
          "step "
              + name
              + " is done again: changed "
              + String.join(", ", changes(known.get(), inputs)));
    }
    if (known.isPresent() && !same) {
      outputs.discard();
    }
    return done(name, inputs, outputs, work);
  }

  private <T> T done(String name, Map<String, String> inputs, Outputs outputs, Supplier<T> work) {
    // What follows was made from another result of this step. It goes before the work begins: the
    // work replaces files that it was made from, and may be cut off.
    forgetAfter(name);
    ObjectNode entry = JSON.createObjectNode();
    entry.set(INPUTS, JSON.valueToTree(inputs));
    entry.put(AFTER, chain);
    steps.set(name, entry);
    write();
    long start = System.nanoTime();
    T result = work.get();
    entry.put(SECONDS, (System.nanoTime() - start) / 1e9);
    entry.set(OUTPUTS, JSON.valueToTree(outputs.digests()));
    entry.set(RESULT, JSON.valueToTree(result));
    write();
    chain = digest(chain + new TreeMap<>(inputs) + entry.path(OUTPUTS));
    return result;
  }

  private <T> T result(String name, ObjectNode entry, Class<T> type) {
    try {
      return JSON.treeToValue(entry.get(RESULT), type);
    } catch (IOException e) {
      throw new BadInputException(
          "journal " + file + " holds no readable result of step " + name, e);
    }
  }

  /** What differs from when the step began, for people; empty if nothing does. */
  private List<String> changes(ObjectNode entry, Map<String, String> inputs) {
    List<String> changes = new ArrayList<>();
    JsonNode before = entry.path(INPUTS);
    if (!before.isObject()) {
      return List.of("the program");
    }
    inputs.forEach(
        (input, value) -> {
          if (!before.path(input).asText("").equals(value)) {
            changes.add(input);
          }
        });
    before
        .fieldNames()
        .forEachRemaining(
            input -> {
              if (!inputs.containsKey(input)) {
                changes.add(input);
              }
            });
    if (changes.isEmpty() && !entry.path(AFTER).asText("").equals(chain)) {
      changes.add("a step before it");
    }
    return changes;
  }

  /** Empty where something is missing, which differs from all that a step can leave. */
  private static Optional<Map<String, String>> digests(Outputs outputs) {
    try {
      return Optional.of(outputs.digests());
    } catch (BadInputException e) {
      return Optional.empty();
    }
  }

  /** That they were begun stays known: what they left was made from something else. */
  private void forgetAfter(String name) {
    List<String> names = new ArrayList<>();
    steps.fieldNames().forEachRemaining(names::add);
    int at = names.indexOf(name);
    if (at >= 0) {
      for (String later : names.subList(at, names.size())) {
        if (steps.get(later) instanceof ObjectNode entry) {
          entry.remove(List.of(RESULT, OUTPUTS, SECONDS));
          entry.put(AFTER, "forgotten");
        }
      }
    }
  }

  private void write() {
    WholeFile.write(file, out -> out.write(JSON.writeValueAsBytes(steps)));
  }

  /** Whether the result of a step is kept, of whatever inputs. */
  boolean has(String name) {
    return steps.path(name).has(RESULT);
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Wall-clock seconds of the steps done so far, in their order. */
  Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> step : steps.properties()) {
      if (step.getValue().has(SECONDS)) {
        seconds.put(step.getKey(), step.getValue().get(SECONDS).asDouble());
      }
    }
    return seconds;
  }
}
