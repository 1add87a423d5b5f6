package dev.plumbline.host.task;

import java.util.List;
import java.util.Map;

/**
 * A model's answer to one input, as its task reads it from the outputs. Whether two decisions
 * differ is a question for {@link Task#difference}, not for {@code equals}.
 */
public sealed interface Decision
    permits Boxes, Decoded, Label, LabelSet, Mask, Numbers, Partners, Points, Vector {
  /** How sure the model is of this decision, 0 to 1; 1 where the kind knows no such thing. */
  float confidence();

  /**
   * The decision in a few words, for people.
   *
   * @param classNames by number; a class without a name is told by its number
   */
  String text(List<String> classNames);

  /** What is decided and nothing else, for digests: the same text means the same decision. */
  String identity();

  /**
   * The decision as JSON, for files. Its keys tell of which kind it is.
   *
   * @see Decisions#read
   */
  Map<String, Object> json();
}
