package dev.plumbline.host;

/** Sentences that quote what a file says: names in a broken file may hold anything. */
public final class OneLine {
  private OneLine() {}

  /** The text with a question mark for every control character. */
  public static String of(String text) {
    return text == null ? "" : text.replaceAll("\\p{Cntrl}", "?");
  }
}
