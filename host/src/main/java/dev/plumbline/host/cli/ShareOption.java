package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.guard.AskedShare;
import dev.plumbline.host.precision.AskedIncrease;

/** Reads a share that a user gives: {@code 1%} or {@code 0.01}. */
final class ShareOption {
  private ShareOption() {}

  /**
   * @param option its name
   * @return above 0 and below 1
   * @throws BadInputException if it is no such share
   */
  static double parse(String option, String text) {
    try {
      return AskedShare.parse(text).value();
    } catch (IllegalArgumentException e) {
      throw new BadInputException(option + " is " + e.getMessage(), e);
    }
  }

  /**
   * Reads by how much something may grow: {@code 10%} or {@code 0.1}.
   *
   * @param option its name
   * @return at least 0
   * @throws BadInputException if it is no such number
   */
  static double parseIncrease(String option, String text) {
    try {
      return AskedIncrease.parse(text).share();
    } catch (IllegalArgumentException e) {
      throw new BadInputException(option + " is " + e.getMessage(), e);
    }
  }
}
