package dev.plumbline.host.campaign;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The JSON Schema of a job's file, made from {@link CampaignConfig}: keys and kinds come from its
 * records, words from {@code job-keys.properties}. A key without words is a fault.
 */
public final class JobSchema {
  /** Keys that a job has to have; the record refuses a job without them. */
  private static final Set<String> REQUIRED =
      Set.of(
          "original",
          "pairs",
          "seeds",
          "heldout",
          "evaluation",
          "training",
          "seeds.data",
          "heldout.data",
          "evaluation.data",
          "training.data",
          "precision.max_latency_increase");

  private static final String WORDS = "job-keys.properties";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final Properties words = words();

  /**
   * A key of a job.
   *
   * @param name with the keys that it stands in before it: {@code search.steps}
   * @param kind in words: "text", "whole number", "list of numbers", "keys"
   * @param required whether a job has to have it
   * @param meaning one or two sentences
   */
  public record Key(String name, String kind, boolean required, String meaning) {}

  /** The schema, draft 2020-12, as indented JSON. */
  public String json() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "A job of Plumbline");
    schema.put("description", "What `plumbline run` works on; docs/job.md explains every key.");
    schema.setAll(object(CampaignConfig.class, ""));
    return schema.toPrettyString() + "\n";
  }

  /** All keys, each behind the one that it stands in. */
  public List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    addKeys(CampaignConfig.class, "", keys);
    return keys;
  }

  private void addKeys(Class<?> group, String prefix, List<Key> keys) {
    for (Part part : parts(group)) {
      String name = prefix + part.key();
      Type type = bare(part.type());
      keys.add(new Key(name, kind(type), REQUIRED.contains(name), meaning(name)));
      if (isGroup(type)) {
        addKeys((Class<?>) type, name + ".", keys);
      }
    }
  }

  private ObjectNode object(Class<?> group, String prefix) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("type", "object");
    schema.put("additionalProperties", false);
    List<String> required = new ArrayList<>();
    ObjectNode properties = schema.putObject("properties");
    for (Part part : parts(group)) {
      String key = part.key();
      String name = prefix + key;
      ObjectNode property = properties.putObject(key);
      property.put("description", meaning(name));
      property.setAll(of(bare(part.type()), name));
      if (REQUIRED.contains(name)) {
        required.add(key);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", JSON.valueToTree(required));
    }
    return schema;
  }

  private ObjectNode of(Type type, String name) {
    if (isGroup(type)) {
      return object((Class<?>) type, name + ".");
    }
    ObjectNode schema = JSON.createObjectNode();
    if (type instanceof ParameterizedType of && of.getRawType() == List.class) {
      schema.put("type", "array");
      schema.set("items", of(of.getActualTypeArguments()[0], name));
    } else if (type instanceof ParameterizedType of && of.getRawType() == Map.class) {
      schema.put("type", "object");
      schema.set("additionalProperties", of(of.getActualTypeArguments()[1], name));
    } else if (type instanceof Class<?> word && word.isEnum()) {
      schema.set("enum", JSON.valueToTree(words(word)));
    } else if (isNumberOrText(type)) {
      schema.putArray("type").add("number").add("string");
    } else {
      schema.put("type", jsonType(type, name));
    }
    return schema;
  }

  private static String jsonType(Type type, String name) {
    if (type == String.class
        || type == Path.class
        || type instanceof Class<?> value && isReadFromText(value)) {
      return "string";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "integer";
    }
    if (type == double.class || type == Double.class || type == Float.class) {
      return "number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "boolean";
    }
    throw new IllegalStateException("key " + name + " is of a kind without a schema: " + type);
  }

  private static String kind(Type type) {
    if (type instanceof ParameterizedType of && of.getRawType() == List.class) {
      return "list: " + kind(of.getActualTypeArguments()[0]);
    }
    if (type instanceof ParameterizedType of && of.getRawType() == Map.class) {
      return "name: " + kind(of.getActualTypeArguments()[1]);
    }
    if (isGroup(type)) {
      return "keys";
    }
    if (type instanceof Class<?> word && word.isEnum()) {
      return String.join(" or ", words(word));
    }
    if (isNumberOrText(type)) {
      return "number or text";
    }
    return switch (jsonType(type, "")) {
      case "string" -> type == Path.class ? "path" : "text";
      case "integer" -> "whole number";
      case "number" -> "number";
      default -> "true or false";
    };
  }

  private static List<String> words(Class<?> word) {
    return Arrays.stream(word.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static boolean isGroup(Type type) {
    return type instanceof Class<?> group
        && group.isRecord()
        && !isReadFromText(group)
        && !isNumberOrText(group);
  }

  /** A value of its own form, such as 3g, which its record reads from text. */
  private static boolean isReadFromText(Class<?> value) {
    return isReadFrom(String.class, value);
  }

  /** Likewise, such as 8 or 8/255, which a record reads from whatever scalar there is. */
  private static boolean isNumberOrText(Type type) {
    return type instanceof Class<?> value && isReadFrom(Object.class, value);
  }

  private static boolean isReadFrom(Class<?> source, Class<?> value) {
    return Arrays.stream(value.getDeclaredMethods())
        .anyMatch(
            method ->
                method.isAnnotationPresent(JsonCreator.class)
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {source}));
  }

  /** Without the wrapping that says that a key may be absent. */
  private static Type bare(Type type) {
    return type instanceof ParameterizedType of && of.getRawType() == Optional.class
        ? of.getActualTypeArguments()[0]
        : type;
  }

  /** A key within a group. */
  private record Part(String key, Type type) {}

  /** As Jackson reads the group: by a method that is marked for it, or by the record itself. */
  private static List<Part> parts(Class<?> group) {
    Optional<Method> reader =
        Arrays.stream(group.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(JsonCreator.class))
            .findFirst();
    if (reader.isPresent()) {
      return Arrays.stream(reader.get().getParameters())
          .map(
              parameter ->
                  new Part(
                      parameter.getAnnotation(JsonProperty.class).value(),
                      parameter.getParameterizedType()))
          .toList();
    }
    return Arrays.stream(group.getRecordComponents())
        .map(component -> new Part(nameOf(component), component.getGenericType()))
        .toList();
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given == null || given.value().isEmpty()
        ? new SnakeCaseStrategy().translate(component.getName())
        : given.value();
  }

  /** A key of a part of the data means the same in each part. */
  private String meaning(String name) {
    String meaning = words.getProperty(name);
    if (meaning == null) {
      meaning = words.getProperty(name.replaceFirst("^(heldout|evaluation|training)\\.", "seeds."));
    }
    if (meaning == null) {
      throw new IllegalStateException("key " + name + " has no words in " + WORDS);
    }
    return meaning;
  }

  private static Properties words() {
    try (InputStream in = JobSchema.class.getResourceAsStream(WORDS)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + WORDS + " is missing from the jar");
      }
      Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      Properties words = new Properties();
      words.load(reader);
      return words;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + WORDS, e);
    }
  }
}
