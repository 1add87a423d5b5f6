package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens that an agent or a host takes, by their SHA-256. A slow hash would add nothing: a
 * token is drawn by a machine from at least 2^128, so that nobody gets from the hash to the token
 * by trying, and {@link #MIN_CHARACTERS} keeps short, guessable ones out.
 */
public record Tokens(List<Entry> entries) {
  /** 128 bits in hexadecimal digits. */
  static final int MIN_CHARACTERS = 32;

  private static final Pattern LINE =
      Pattern.compile("([A-Za-z0-9._@-]{1,64})\\s+([0-9a-fA-F]{64})");

  /**
   * @param name of whoever holds the token, for the audit log
   */
  public record Entry(String name, byte[] sha256) {}

  /**
   * Reads lines of {@code NAME SHA256}; blank ones and those that begin with # are for people.
   *
   * @throws UnusableFileException if a line is anything else
   */
  public static Tokens read(Path file) throws UnusableFileException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw PemIdentity.unreadable("token file", file, e);
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        // The line is not repeated: somebody may have written the token itself there.
        throw new UnusableFileException(
            "line "
                + (i + 1)
                + " of token file "
                + file
                + " is no token; expected a name and the token's SHA-256 of 64 hexadecimal digits");
      }
      entries.add(new Entry(matcher.group(1), HexFormat.of().parseHex(matcher.group(2))));
    }
    return new Tokens(List.copyOf(entries));
  }

  /** The entry of a token. */
  Optional<Entry> find(String token) {
    if (token.length() < MIN_CHARACTERS) {
      return Optional.empty();
    }
    return find(sha256(token));
  }

  /** Takes as long whichever entry it is, and where there is none. */
  Optional<Entry> find(byte[] sha256) {
    Entry found = null;
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.sha256(), sha256)) {
        found = entry;
      }
    }
    return Optional.ofNullable(found);
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
