package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import java.util.List;

/**
 * The least confidence with which a classifier's label counts: "rotate only above 0.9".
 *
 * @param least softmax of the largest logit, above 0 and below 1
 * @param otherwise the class that is decided for where the confidence is lower
 */
public record Threshold(double least, int otherwise) {
  public Threshold {
    if (!(least > 0 && least < 1)) {
      throw new BadInputException(
          "the threshold of a classification is " + least + ", expected above 0 and below 1");
    }
    if (otherwise < 0) {
      throw new BadInputException(
          "the class below the threshold is " + otherwise + ", expected at least 0");
    }
  }

  /**
   * Reads SCORE:CLASS, such as 0.9:0 or 0.9:upright.
   *
   * @param name what the user calls it: an option, a key of a job
   * @param classNames by number; a class may be given by its name
   * @throws BadInputException if it cannot be read
   */
  public static Threshold parse(String name, String text, List<String> classNames) {
    int colon = text.indexOf(':');
    try {
      String score = text.substring(0, Math.max(0, colon)).strip();
      return new Threshold(
          Double.parseDouble(score), classNumber(text.substring(colon + 1).strip(), classNames));
    } catch (NumberFormatException e) {
      throw new BadInputException(
          name
              + " '"
              + text
              + "' cannot be read: expected SCORE:CLASS such as 0.9:0, with a score between 0 and 1"
              + " and a class of the model"
              + (classNames.isEmpty() ? " by its number" : ""),
          e);
    }
  }

  private static int classNumber(String text, List<String> classNames) {
    int named = classNames.indexOf(text);
    return named >= 0 ? named : Integer.parseInt(text);
  }

  /** The least log odds. */
  double logOdds() {
    return logOdds(least);
  }

  /** The log odds of a probability. */
  static double logOdds(double probability) {
    return Math.log(probability / (1 - probability));
  }
}
