package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;

/** Reads a share that a user gives: {@code 1%} or {@code 0.01}. */
final class ShareOption {
  private ShareOption() {}

  /**
   * @param option its name
   * @return above 0 and below 1
   * @throws BadInputException if it is no such share
   */
  static double parse(String option, String text) {
    String number = text.strip();
    boolean percent = number.endsWith("%");
    try {
      double value =
          Double.parseDouble(percent ? number.substring(0, number.length() - 1) : number);
      double share = percent ? value / 100 : value;
      if (share > 0 && share < 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      throw refused(option, text, e);
    }
    throw refused(option, text, null);
  }

  private static BadInputException refused(String option, String text, Exception cause) {
    return new BadInputException(
        option + " is '" + text + "', expected a share above 0 and below 1 such as 1% or 0.01",
        cause);
  }
}
