package dev.plumbline.host;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** Checks that bad input is refused with one clear sentence. */
public final class Refusal {
  private Refusal() {}

  /**
   * @param parts what the sentence must say: the file's name, what was found, what was expected
   */
  public static void says(Executable action, String... parts) {
    String message = assertThrows(BadInputException.class, action).getMessage();
    assertFalse(message.contains("\n"), message);
    // A cause without a message of its own.
    assertFalse(message.contains("(null)") || message.endsWith("null"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
