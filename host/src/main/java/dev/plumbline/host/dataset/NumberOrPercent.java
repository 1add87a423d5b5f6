package dev.plumbline.host.dataset;

/**
 * A number as options and jobs give it, {@code 0.1} or {@code 10%}.
 *
 * @param number before the sign
 * @param percent whether there is one
 */
public record NumberOrPercent(double number, boolean percent) {
  private static final String SIGN = "%";

  /**
   * @throws NumberFormatException if the text is no number, with or without a per cent sign
   */
  public static NumberOrPercent parse(String text) {
    String stripped = text.strip();
    boolean percent = stripped.endsWith(SIGN);
    String number = percent ? stripped.substring(0, stripped.length() - SIGN.length()) : stripped;
    return new NumberOrPercent(Double.parseDouble(number), percent);
  }

  /** The number itself, or a hundredth of it where it is a percentage. */
  public double share() {
    return percent ? number / 100 : number;
  }
}
