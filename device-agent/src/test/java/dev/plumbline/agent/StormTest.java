package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Channel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cancelled calls harm no other: {@code bench/agent/storm} runs it at full length. The seed is
 * fixed; which call meets which at what moment is for the machine to say.
 */
class StormTest {
  private static final int CALLS = Integer.getInteger("plumbline.storm.calls", 2_000);
  private static final long SEED = Long.getLong("plumbline.storm.seed", 1);
  private static final int CONNECTIONS = 4;
  private static final Bounds BOUNDS =
      new Bounds(64 << 10, 256 << 10, 8, 8 << 10, 2, 128, Duration.ofMinutes(1));

  @TempDir Path folder;
  private final PrintStream errors = System.err;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<String> warnings = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public synchronized void publish(LogRecord message) {
          if (message.getLevel().intValue() >= Level.WARNING.intValue()) {
            warnings.add(message.getLoggerName() + ": " + message.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** The agent's own log goes to standard error, that of gRPC to Java's loggers. */
  @BeforeEach
  void listenToTheLog() {
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void restoreTheLog() {
    Logger.getLogger("").removeHandler(handler);
    System.setErr(errors);
  }

  @Test
  void aStormOfCancelsHarmsNoInnocentCallInTheClear() throws Exception {
    SecureAgent agent = new SecureAgent(folder, BOUNDS, Quotas.DEFAULT);
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(agent.clearChannel());
    }
    storm("in the clear", agent, channels);
  }

  @Test
  void aStormOfCancelsHarmsNoInnocentCallOverTls() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    Path ca = certificates.authority("ca");
    TestCertificates.Pair server = certificates.signed("server", "ca");
    SecureAgent agent =
        new SecureAgent(
            folder.resolve("models"),
            BOUNDS,
            Quotas.DEFAULT,
            "--certificate",
            server.certificate().toString(),
            "--key",
            server.key().toString());
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(agent.channel(ca));
    }
    storm("over TLS", agent, channels);
  }

  private void storm(String how, SecureAgent agent, List<Channel> channels) throws Exception {
    long begun = System.nanoTime();
    Storm.Result result = new Storm(channels, SEED).run(CALLS);
    boolean idle = agent.isIdle();
    for (int i = 0; i < 1_000 && !idle; i++) {
      Thread.sleep(20);
      idle = agent.isIdle();
    }
    // A call that has leaked would hold the stop up.
    assertTimeoutPreemptively(Duration.ofSeconds(60), agent::close);
    System.out.printf(
        "%s, seed %d: %d innocent calls, %d cancelled, %d innocent ones harmed, %s, %d warnings,"
            + " %.0f s%n",
        how,
        SEED,
        result.innocent(),
        result.cancelled(),
        result.wrong().size(),
        idle ? "nothing left in flight" : "calls left in flight",
        warnings.size(),
        (System.nanoTime() - begun) / 1e9);
    assertEquals(List.of(), result.wrong(), () -> "random seed " + SEED);
    assertTrue(idle, "a call is open, or holds memory");
    assertEquals(CALLS, result.innocent() + result.cancelled());
    String log = said.toString(StandardCharsets.UTF_8);
    assertTrue(
        log.lines().noneMatch(line -> line.contains("\tat ") || line.contains("ERROR")), log);
    assertEquals(List.of(), warnings);
  }
}
