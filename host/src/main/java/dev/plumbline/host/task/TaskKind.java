package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Map;
import java.util.Optional;

/** A kind of task: how a user asks for it, and how files keep it. {@link Tasks} lists them all. */
interface TaskKind {
  /** Its name in options, jobs and files. */
  String name();

  /** What a user may set after the name, and what that means; in the order of help texts. */
  Map<String, String> settings();

  /**
   * The task of a model, read from its outputs.
   *
   * @param settings that the user gave
   * @throws BadInputException if the outputs do not fit, in a sentence that says what they are and
   *     what was expected
   */
  BoundTask bind(OnnxModel model, TaskSettings settings);

  /**
   * The task that {@link Task#json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  Task read(JsonNode json);

  /** The key that decisions of this kind have in JSON, and those of no other kind. */
  String decisionKey();

  /**
   * The decision that {@link Decision#json} wrote.
   *
   * @throws IllegalArgumentException if it is none
   */
  Decision readDecision(JsonNode json);

  /**
   * Why a model looks as if it were of this kind, as the end of a sentence that begins with the
   * model; empty where it does not.
   */
  Optional<String> looksLike(OnnxModel model);

  /**
   * What to give for a model that looks as if it were of this kind: the name, with the settings
   * that its graph leaves open as {@code KEY=WORD}.
   */
  default String option(OnnxModel model) {
    return name();
  }
}
