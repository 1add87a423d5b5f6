package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A token that this program shows to others, as a file holds it.
 *
 * @param value at least 32 characters of ASCII, none of them blank
 */
public record OwnToken(String value) {
  /**
   * Reads one.
   *
   * @throws UnusableFileException if the file is missing or holds no token
   */
  public static OwnToken read(Path file) throws UnusableFileException {
    String token;
    try {
      token = Files.readString(file).strip();
    } catch (IOException e) {
      throw PemIdentity.unreadable("token file", file, e);
    }
    boolean plain = token.chars().allMatch(c -> c > ' ' && c <= '~');
    if (!plain || token.length() < Tokens.MIN_CHARACTERS) {
      // Never the token itself.
      throw new UnusableFileException(
          "token file "
              + file
              + " holds "
              + token.length()
              + " characters"
              + (plain ? "" : ", some of them blank or not ASCII")
              + "; expected one token of at least "
              + Tokens.MIN_CHARACTERS
              + ", such as 'openssl rand -hex 32' makes");
    }
    return new OwnToken(token);
  }

  /** Lest a log shows it. */
  @Override
  public String toString() {
    return "(a token)";
  }
}
