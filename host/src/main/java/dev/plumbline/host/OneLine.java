package dev.plumbline.host;

import dev.plumbline.agent.security.PlainLine;

/** Text of others on one line, as {@link PlainLine} has it, and JSON that a terminal may show. */
public final class OneLine {
  private OneLine() {}

  /** The text with a question mark for every character that does more than stand there. */
  public static String of(String text) {
    return text == null ? "" : PlainLine.of(text);
  }

  /**
   * JSON that means the same, with the escapes of JSON for characters that a terminal acts on. JSON
   * without line breaks between its tokens has such characters in strings alone.
   */
  public static String ofJson(String json) {
    if (json.chars().noneMatch(c -> acts((char) c))) {
      return json;
    }
    StringBuilder line = new StringBuilder(json.length() + 16);
    for (char c : json.toCharArray()) {
      if (acts(c)) {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  /** Whether a character does more than stand there. */
  public static boolean acts(char c) {
    return PlainLine.acts(c);
  }
}
