package dev.plumbline.agent.join;

import com.google.protobuf.MessageLite;
import dev.plumbline.agent.security.OwnToken;
import dev.plumbline.agent.security.UnusableFileException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.io.ssl.SslClientConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the agent joined to its host: dials, serves the connection until it ends, waits, and dials
 * again. It says in its log when that changes, not at each attempt.
 */
public final class Joining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

  private static final Duration LOOK = Duration.ofMillis(500);

  private final JoinSettings host;
  private final Timing timing;
  private final Supplier<? extends MessageLite> description;
  private final JoinedConnector server;
  private final ClientConnector dialler;
  private final Backoff backoff;
  private final CountDownLatch left = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "join");

  /**
   * How patient the agent is.
   *
   * @param patience for connecting, the handshake of TLS and the host's answer, each
   * @param silence after which a host that sends nothing is lost; it sends a ping every 10 s
   * @param firstWait upper end of the wait before the second attempt
   * @param longestWait upper end of any wait
   * @param held a connection that ends earlier counts as an attempt that failed
   */
  record Timing(
      Duration patience,
      Duration silence,
      Duration firstWait,
      Duration longestWait,
      Duration held) {
    static final Timing STANDARD =
        new Timing(
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));
  }

  /** What the log said last. */
  private String said = "";

  private Joining(
      Server jetty, JoinSettings host, Timing timing, Supplier<? extends MessageLite> description) {
    this.timing = timing;
    this.backoff = new Backoff(timing.firstWait(), timing.longestWait(), new SecureRandom());
    this.host = host;
    this.description = description;
    this.server = new JoinedConnector(jetty, host.address());
    this.dialler = new ClientConnector();
    dialler.setExecutor(jetty.getThreadPool());
    dialler.setScheduler(jetty.getScheduler());
    dialler.setByteBufferPool(jetty.getByteBufferPool());
    dialler.setConnectTimeout(timing.patience());
    dialler.setIdleTimeout(timing.patience());
  }

  /**
   * Begins to dial.
   *
   * @param jetty serves the calls that the host sends; it has started
   * @param description of the device, for the host's list
   */
  public static Joining start(
      Server jetty, JoinSettings host, Supplier<? extends MessageLite> description)
      throws IOException {
    return start(jetty, host, Timing.STANDARD, description);
  }

  static Joining start(
      Server jetty, JoinSettings host, Timing timing, Supplier<? extends MessageLite> description)
      throws IOException {
    Joining joining = new Joining(jetty, host, timing, description);
    try {
      joining.server.start();
      joining.dialler.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the agent cannot dial", e);
    }
    joining.thread.setDaemon(true);
    joining.thread.start();
    return joining;
  }

  private void run() {
    try {
      while (left.getCount() > 0) {
        long begun = System.nanoTime();
        String ended = attempt();
        if (left.getCount() == 0) {
          return;
        }
        say(ended);
        if (System.nanoTime() - begun > timing.held().toNanos()) {
          backoff.reset();
        }
        left.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String state) {
    if (!state.equals(said)) {
      said = state;
      LOG.warn(
          "{}; it is tried again, at most {} s apart", state, timing.longestWait().toSeconds());
    }
  }

  /** Dials once and serves the host until that ends; says why it did, in a sentence. */
  private String attempt() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<Connection> joined = new CompletableFuture<>();
    try {
      dial(joined, closed);
      Connection connection =
          joined.get(timing.patience().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
      said = "";
      LOG.info("joined {} as {}", host.address(), host.name());
      return "host " + host.address() + " is lost: " + serve(connection, closed);
    } catch (UnusableFileException e) {
      return failed(e.getMessage());
    } catch (TimeoutException e) {
      joined.completeExceptionally(e);
      return failed(
          "no answer came within " + timing.patience().multipliedBy(2).toSeconds() + " s");
    } catch (ExecutionException e) {
      return failed(reason(e.getCause()));
    } finally {
      // An answer that comes too late is not waited for.
      joined.thenAccept(Connection::close);
    }
  }

  private String failed(String why) {
    return "host " + host.address() + " cannot be joined: " + why;
  }

  private String serve(Connection connection, CountDownLatch closed) throws InterruptedException {
    Heartbeat heartbeat = new Heartbeat(connection, timing.silence());
    while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      if (left.getCount() == 0) {
        closed.await();
        return "this agent stops";
      }
      if (heartbeat.isDead()) {
        connection.getEndPoint().close();
        return "it was silent for " + timing.silence().toSeconds() + " s";
      }
    }
    return "the connection was closed";
  }

  private void dial(CompletableFuture<Connection> joined, CountDownLatch closed)
      throws UnusableFileException {
    String request = request();
    ClientConnectionFactory plain =
        (endPoint, context) ->
            new JoinConnection(
                endPoint, dialler.getExecutor(), request, server, joined, new End(closed));
    Map<String, Object> context = new HashMap<>();
    context.put(Transport.CONTEXT_KEY, Transport.TCP_IP);
    context.put(
        ClientConnectionFactory.CONTEXT_KEY,
        host.tls().isPresent() ? overTls(host.tls().get().contextFactory(), plain) : plain);
    context.put(
        ClientConnector.CONNECTION_PROMISE_CONTEXT_KEY,
        Promise.from((Object ignored) -> {}, joined::completeExceptionally));
    dialler.connect(new InetSocketAddress(host.host(), host.port()), context);
  }

  private ClientConnectionFactory overTls(
      SslContextFactory.Client tls, ClientConnectionFactory plain) {
    try {
      tls.start();
    } catch (Exception e) {
      throw new IllegalStateException("certificates that were checked cannot be used", e);
    }
    return new SslClientConnectionFactory(
        tls, dialler.getByteBufferPool(), dialler.getExecutor(), plain);
  }

  private record End(CountDownLatch closed) implements Connection.Listener {
    @Override
    public void onClosed(Connection connection) {
      closed.countDown();
    }
  }

  private String request() throws UnusableFileException {
    StringBuilder request =
        new StringBuilder("GET /join HTTP/1.1\r\nHost: ")
            .append(host.address())
            .append("\r\nConnection: Upgrade\r\nUpgrade: plumbline-join\r\nPlumbline-Name: ")
            .append(host.name())
            .append("\r\nPlumbline-Description: ")
            .append(Base64.getEncoder().encodeToString(description.get().toByteArray()));
    if (host.tokenFile().isPresent()) {
      request
          .append("\r\nAuthorization: Bearer ")
          .append(OwnToken.read(host.tokenFile().get()).value());
    }
    return request.append("\r\n\r\n").toString();
  }

  private String reason(Throwable failure) {
    if (failure instanceof JoinException) {
      return failure.getMessage();
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
        return "the two do not agree on TLS ("
            + innermost(cause)
            + "); expected a certificate for '"
            + host.host()
            + "' of the CA that --join-ca names, and one of this agent, with --join-certificate,"
            + " if the host asks for it";
      }
    }
    if (failure instanceof UnresolvedAddressException || failure instanceof UnknownHostException) {
      return "the name '" + host.host() + "' is unknown";
    }
    if (failure instanceof SocketTimeoutException || failure instanceof TimeoutException) {
      return "no answer came in time";
    }
    return failure instanceof ConnectException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  private static String innermost(Throwable failure) {
    String words = failure.toString();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      words = cause.getMessage() == null ? words : cause.getMessage();
    }
    return words;
  }

  /** Dials no more; calls that are open go on. */
  public void leave() {
    left.countDown();
  }

  /** Ends the connection. */
  @Override
  public void close() {
    leave();
    try {
      dialler.stop();
      server.stop();
    } catch (Exception e) {
      LOG.debug("the connection to {} did not end cleanly", host.address(), e);
    }
    thread.interrupt();
  }
}
