package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.function.Executable;

/** Checks that bad input is refused with one clear sentence. */
public final class Refusal {
  private static final Pattern OF_JAVA =
      Pattern.compile(
          "\\b(java|javax|jdk|sun|com\\.fasterxml|ai\\.djl|ai\\.onnx\\w*|dev\\.plumbline|org)"
              + "\\.[a-z]\\w*\\.\\w+|\\b\\w+(Exception|Error)\\b(?!\\])");

  private Refusal() {}

  /** No class of Java is named in what a user sees. */
  public static void isInPlainWords(String message) {
    Matcher ofJava = OF_JAVA.matcher(message);
    assertFalse(ofJava.find(), () -> "'" + ofJava.group() + "' is in: " + message);
  }

  /**
   * @param parts what the sentence must say: the file's name, what was found, what was expected
   */
  public static void says(Executable action, String... parts) {
    String message = assertThrows(BadInputException.class, action).getMessage();
    assertFalse(message.contains("\n"), message);
    // A cause without a message of its own.
    assertFalse(message.contains("(null)") || message.endsWith("null"), message);
    isInPlainWords(message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
