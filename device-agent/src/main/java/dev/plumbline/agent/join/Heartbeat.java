package dev.plumbline.agent.join;

import java.time.Duration;
import org.eclipse.jetty.io.Connection;

/**
 * Tells whether the other end of a connection still lives: the host sends a ping now and then, and
 * a connection over which nothing came for a while is dead, whatever the network says.
 */
final class Heartbeat {
  private final Connection connection;
  private final Duration silence;
  private long heard = System.nanoTime();
  private long bytes;

  Heartbeat(Connection connection, Duration silence) {
    this.connection = connection;
    this.silence = silence;
  }

  /** Asked again and again. */
  boolean isDead() {
    long now = System.nanoTime();
    long read = connection.getBytesIn();
    if (read != bytes) {
      bytes = read;
      heard = now;
    }
    return now - heard > silence.toNanos();
  }
}
