package dev.plumbline.host.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.file.Path;

/**
 * A task as a user writes it.
 *
 * @param text KIND or KIND,KEY=VALUE,...
 * @param folder that relative paths of files in it start at
 */
public record TaskText(String text, Path folder) {
  /** With paths that start at the working directory. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static TaskText of(String text) {
    return new TaskText(text, Path.of(""));
  }

  /** The same text in a file of a folder. */
  public TaskText in(Path other) {
    return new TaskText(text, other);
  }

  @Override
  public String toString() {
    return text;
  }
}
