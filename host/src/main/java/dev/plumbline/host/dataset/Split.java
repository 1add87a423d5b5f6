package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;

/** A part that the makers of a data set set aside. */
public enum Split {
  TRAIN("train"),
  TEST("test");

  private final String word;

  Split(String word) {
    this.word = word;
  }

  /**
   * @param text {@code train} or {@code test}
   * @throws BadInputException if it is neither
   */
  public static Split parse(String text) {
    for (Split split : values()) {
      if (split.word.equals(text)) {
        return split;
      }
    }
    throw new BadInputException("split '" + text + "' is unknown: expected train or test");
  }

  /** {@code train} or {@code test}: as on the command line, and the name of the split's folder. */
  @Override
  public String toString() {
    return word;
  }
}
