package dev.plumbline.host.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.NearestWord;
import dev.plumbline.host.onnx.ModelReading;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tasks by what files and models say of them. */
public final class Tasks {
  /** Under which a model's metadata keep its task. */
  static final String METADATA = "plumbline.task";

  /** A classification of two classes from one number. */
  static final String BINARY = "binary";

  private static final int LONGEST_WORDS = 300;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** All kinds, in the order of help texts; of proposals the last is the likeliest. */
  static final List<TaskKind> KINDS =
      List.of(
          new ClassificationKind(),
          new SegmentationKind(),
          new MultiLabelKind(),
          new SequenceKind(),
          new EmbeddingKind(),
          new RegressionKind(),
          new KeypointsKind(),
          new DetectionKind());

  private Tasks() {}

  /**
   * The task of a model: what its metadata say, or else a classification by the largest logit.
   *
   * @throws BadInputException if the metadata cannot be read
   */
  public static Task of(OnnxModel model) {
    Optional<String> kept = model.metadata(METADATA);
    if (kept.isEmpty()) {
      return Classification.PLAIN;
    }
    try {
      return read(JSON.readTree(kept.get()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new BadInputException(
          "the metadata "
              + METADATA
              + " of model "
              + model.name()
              + " cannot be read: '"
              + kept.get()
              + "', expected such as "
              + text(Classification.PLAIN),
          e);
    }
  }

  /**
   * As {@link #read(String, TaskText, OnnxModel)}, with paths that start at the working directory.
   *
   * @param text KIND or KIND,KEY=VALUE,...; or {@code auto}
   */
  public static OnnxModel read(String option, String text, OnnxModel model) {
    return read(option, TaskText.of(text), model);
  }

  /**
   * A model whose outputs are read as a task asks for that a user names; its file and SHA-256 stay.
   *
   * @param option what the user calls it: an option, a key of a job
   * @param text of the task; {@code auto} asks which fit
   * @throws BadInputException if there is no such kind, or the outputs do not fit it; with {@code
   *     auto} always, in a sentence that tells which kinds fit
   */
  public static OnnxModel read(String option, TaskText text, OnnxModel model) {
    TaskSettings settings = TaskSettings.parse(option, text);
    if (settings.kind().equals(TaskProposals.AUTO)) {
      throw TaskProposals.of(model).told(option);
    }
    if (settings.kind().equals(BINARY)) {
      settings.requireKnown(Map.of());
      return new ModelReading(model).asBinary();
    }
    for (TaskKind kind : KINDS) {
      if (kind.name().equals(settings.kind())) {
        settings.requireKnown(kind.settings());
        return kind instanceof ClassificationKind
            ? new ModelReading(model).asClassifier()
            : bound(kind, model, settings);
      }
    }
    throw new BadInputException(
        option
            + " is '"
            + settings.kind()
            + "', expected one of "
            + String.join(", ", names())
            + NearestWord.hint(settings.kind(), names()));
  }

  private static OnnxModel bound(TaskKind kind, OnnxModel model, TaskSettings settings) {
    BoundTask bound = kind.bind(model, settings);
    return set(new ModelReading(model).withRows(bound.rows()), bound.task());
  }

  /** What a user may name, in order. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (TaskKind kind : KINDS) {
      names.add(kind.name());
      if (kind instanceof ClassificationKind) {
        names.add(BINARY);
      }
    }
    return names;
  }

  /**
   * A model with another task; its file and SHA-256 stay, what is made from it carries the task.
   */
  public static OnnxModel set(OnnxModel model, Task task) {
    return of(model).equals(task) ? model : model.annotated(METADATA, text(task));
  }

  /** A model whose file carries a task; as it is where that is the default. */
  public static OnnxModel write(OnnxModel model, Task task) {
    return of(model).equals(task) ? model : model.withMetadata(METADATA, text(task));
  }

  /**
   * Checks that two models decide by the same rule, so that their decisions may be compared.
   *
   * @throws BadInputException if they do not
   */
  public static void requirePair(OnnxModel original, OnnxModel compressed) {
    ofPair(original, compressed);
  }

  /**
   * The one task of two models.
   *
   * @throws BadInputException if they have different ones
   */
  public static Task ofPair(OnnxModel original, OnnxModel compressed) {
    Task task = of(original);
    if (!task.equals(of(compressed))) {
      throw new BadInputException(
          "original "
              + original.name()
              + " has the task "
              + words(task)
              + " and compressed "
              + compressed.name()
              + " the task "
              + words(of(compressed))
              + ", expected the same, or --threshold for both");
    }
    return task;
  }

  /**
   * The task that {@link Task#json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Task read(JsonNode json) {
    String name = json.path("kind").asText();
    for (TaskKind kind : KINDS) {
      if (kind.name().equals(name)) {
        return kind.read(json);
      }
    }
    throw new IllegalArgumentException(
        "a task " + json + ", expected a kind of " + String.join(", ", names()));
  }

  /** The task of a model as answers tell it: binary where that is how its output is read. */
  public static Map<String, Object> json(OnnxModel model) {
    Map<String, Object> json = new LinkedHashMap<>(of(model).summary());
    if (model.givesOneNumber()) {
      json.put("kind", BINARY);
    }
    return json;
  }

  /** A task as JSON text, for people: an alphabet of thousands of characters is cut short. */
  public static String words(Task task) {
    String text = written(task.summary());
    return text.codePointCount(0, text.length()) <= LONGEST_WORDS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_WORDS)) + "...";
  }

  /** A task as JSON text, for metadata. */
  public static String text(Task task) {
    return written(task.json());
  }

  private static String written(Map<String, Object> json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a task is plain JSON", e);
    }
  }
}
