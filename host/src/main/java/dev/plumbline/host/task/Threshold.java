package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;

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

  /** The least log odds. */
  double logOdds() {
    return logOdds(least);
  }

  /** The log odds of a probability. */
  static double logOdds(double probability) {
    return Math.log(probability / (1 - probability));
  }
}
