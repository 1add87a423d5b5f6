package dev.plumbline.agent.security;

/**
 * Text of others on one line of a terminal or a log. What a caller sends, a model names or a device
 * says of itself may hold anything: escape sequences that a terminal obeys, line ends that begin a
 * false line, marks that turn the direction of writing.
 */
public final class PlainLine {
  private PlainLine() {}

  /** The text with a question mark for every character that does more than stand there. */
  public static String of(String text) {
    if (text.chars().noneMatch(c -> acts((char) c))) {
      return text;
    }
    StringBuilder line = new StringBuilder(text);
    for (int i = 0; i < line.length(); i++) {
      if (acts(line.charAt(i))) {
        line.setCharAt(i, '?');
      }
    }
    return line.toString();
  }

  /** Whether it is a control character, a line end of Unicode, or a mark of direction. */
  public static boolean acts(char c) {
    return Character.isISOControl(c)
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
