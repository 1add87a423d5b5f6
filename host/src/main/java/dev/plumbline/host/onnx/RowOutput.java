package dev.plumbline.host.onnx;

import java.util.Locale;
import java.util.Optional;

/**
 * An output of which a model's task reads the numbers of each input.
 *
 * @param name of the output
 * @param read how its numbers go into the row
 * @param batch the dimension that counts the inputs: 0, or 1 where time steps come first
 * @param classes among which the graph chose what it puts out; 0 where it puts out scores
 */
public record RowOutput(String name, Read read, int batch, int classes) {
  public RowOutput {
    if (batch < 0 || batch > 1) {
      throw new IllegalArgumentException(name + " has its batch in dimension " + batch);
    }
    if (classes < 0 || read.isLabels() != (classes > 0 && !read.listsObjects())) {
      throw new IllegalArgumentException(name + " is chosen among " + classes + " classes");
    }
  }

  /** An output whose first dimension counts the inputs. */
  public RowOutput(String name, Read read) {
    this(name, read, 0, 0);
  }

  /** The same output, with the inputs counted by another dimension. */
  public RowOutput withBatch(int dimension) {
    return new RowOutput(name, read, dimension, classes);
  }

  /** Labels of pixels, as if they were the scores that they were chosen from. */
  public static RowOutput of(ValueInfo output, ChosenLabels labels) {
    Read read = labels.last() ? Read.LABELS_LAST : Read.LABELS_FIRST;
    return new RowOutput(output.name(), read, 0, labels.classes());
  }

  /** An output with its numbers read as the graph makes them. */
  public static RowOutput of(OnnxModel model, ValueInfo output) {
    return of(model, output.name());
  }

  /** As {@link #of(OnnxModel, ValueInfo)}, of any value in the graph. */
  static RowOutput of(OnnxModel model, String value) {
    ValueInfo output = new ValueInfo(value, "", 0, Optional.empty());
    OutputReading found = OutputReading.of(model.graph().withOutput(output));
    return new RowOutput(
        value,
        switch (found.kind()) {
          case INDEPENDENT -> Read.SIGMOID;
          case PROBABILITIES -> Read.SOFTMAX;
          default -> Read.NUMBERS;
        });
  }

  /** How the numbers of an output go into a row. */
  public enum Read {
    /** As they are. */
    NUMBERS,
    /** Probabilities of a sigmoid, each for itself: as their log odds. */
    SIGMOID,
    /** Probabilities of a softmax: as their logarithms. */
    SOFTMAX,
    /** Labels that an ArgMax chose: as scores, all those of a class together. */
    LABELS_FIRST,
    /** Labels that an ArgMax chose: as scores, all those of a pixel together. */
    LABELS_LAST,
    /** Objects that the graph chose, N x objects x (box, score, class), or without the N. */
    OBJECTS,
    /** Objects that the graph chose, objects x (input, box, class, score). */
    OBJECT_TABLE,
    /** Boxes of the objects that the graph chose, N x objects x 4, or without the N. */
    OBJECT_BOXES,
    /** Their scores, N x objects, or without the N. */
    OBJECT_SCORES,
    /** Their classes, N x objects, or without the N. */
    OBJECT_CLASSES,
    /** How many of them count, for each input. */
    OBJECT_COUNT,
    /** What NonMaxSuppression puts out: objects x (input, class, box). */
    SELECTED_OBJECTS,
    /** The boxes that it selects from, N x boxes x 4. */
    ALL_BOXES,
    /** The scores that it selects from, N x classes x boxes. */
    ALL_SCORES;

    /** Whether the graph puts out labels that it chose, and not how sure it was. */
    public boolean isLabels() {
      return this == LABELS_FIRST || this == LABELS_LAST;
    }

    /** Whether the output is one of those that list the objects that the graph chose. */
    public boolean listsObjects() {
      return compareTo(OBJECTS) >= 0;
    }

    /** In files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
