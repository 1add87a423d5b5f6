package dev.plumbline.host;

/** Text that every reader of HTML and XML takes, and that shows in the order in which it stands. */
public final class PlainText {
  private static final char REPLACEMENT = '\uFFFD';

  private PlainText() {}

  /** The text, with a replacement sign for each character that markup must not hold. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      out.append(isAllowed(text, i) ? text.charAt(i) : REPLACEMENT);
    }
    return out.toString();
  }

  private static boolean isAllowed(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return (!OneLine.acts(c) || c == '\n' || c == '\t') && c < '\uFFFE';
  }
}
