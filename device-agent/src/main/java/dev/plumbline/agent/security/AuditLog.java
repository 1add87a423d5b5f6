package dev.plumbline.agent.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Who put which model, a JSON object per line. A line stands on the disk before the agent goes on:
 * one that begins before the first byte of the model is taken, one that ends with the outcome. A
 * model that brings the agent down has left its first line. The file is opened for each line, so
 * that logrotate may move it away.
 */
public final class AuditLog {
  private final Optional<Path> file;

  private AuditLog(Optional<Path> file) {
    this.file = file;
  }

  static AuditLog none() {
    return new AuditLog(Optional.empty());
  }

  static AuditLog at(Path file) throws UnusableFileException {
    try {
      open(file).close();
    } catch (IOException e) {
      throw new UnusableFileException(
          "audit log "
              + file
              + " cannot be written ("
              + e
              + "); expected a file in a folder that"
              + " is there",
          e);
    }
    return new AuditLog(Optional.of(file));
  }

  /** What is written of a model. */
  public record Entry(String sha256, long sizeBytes, Outcome outcome, String reason) {}

  /** What became of a model. */
  public enum Outcome {
    /** The header has come. */
    BEGUN,
    STORED,
    /** The agent had it already. */
    KNOWN,
    /** It was not taken, and the reason says why. */
    REFUSED,
    /** The call ended before the model was there. */
    CUT_OFF
  }

  boolean isOn() {
    return file.isPresent();
  }

  /**
   * Adds a line.
   *
   * @throws IOException if it cannot be written; the agent then takes no model
   */
  public void write(CallTicket ticket, Entry entry) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    String line =
        "{\"time\":"
            + quoted(Instant.now().toString())
            + ",\"caller\":"
            + quoted(ticket.caller().name())
            + ",\"address\":"
            + quoted(ticket.address())
            + ",\"model_sha256\":"
            + quoted(entry.sha256())
            + ",\"size_bytes\":"
            + entry.sizeBytes()
            + ",\"outcome\":"
            + quoted(entry.outcome().name().toLowerCase(Locale.ROOT))
            + (entry.reason().isEmpty() ? "" : ",\"reason\":" + quoted(entry.reason()))
            + "}\n";
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    synchronized (this) {
      try (FileChannel channel = open(file.get())) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(false);
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What others have chosen, such as a name in a certificate, must not write lines of its own. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
