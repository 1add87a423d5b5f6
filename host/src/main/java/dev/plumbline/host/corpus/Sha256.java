package dev.plumbline.host.corpus;

import java.util.regex.Pattern;

/** The form of a SHA-256 in a corpus. */
final class Sha256 {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  private Sha256() {}

  /**
   * @throws IllegalArgumentException if it is not 64 lower-case hexadecimal digits
   */
  static void require(String sha256) {
    if (!FORM.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "'" + sha256 + "' is no SHA-256 of 64 lower-case hexadecimal digits");
    }
  }
}
