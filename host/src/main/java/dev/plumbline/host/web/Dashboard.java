package dev.plumbline.host.web;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.gateway.GatewayHandler;
import dev.plumbline.host.gateway.HostSecurity;
import dev.plumbline.host.gateway.JoinHandler;
import dev.plumbline.host.gateway.JoinedAgents;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the jobs below a folder in a browser, and as JSON to programs. On the same port agents
 * join, and calls are handed on to them.
 */
public final class Dashboard implements AutoCloseable {
  private static final int THREADS = 16;
  private static final long IDLE_MILLIS = 60_000;
  private static final int MAX_CONNECTIONS = 2_048;
  private static final int MAX_STREAMS = 256;

  /** Jetty's own 128 is less than a program makes that gives up a few hundred calls at once. */
  private static final int MAX_EVENTS_PER_SECOND = 10_000;

  private static final long STOP_MILLIS = 2_000;
  private static final long STOP_IDLE_MILLIS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

  private final InetSocketAddress address;
  private final Server server;
  private final ServerConnector connector;
  private final JoinedAgents agents;

  private Dashboard(
      Path root, InetSocketAddress address, HostSecurity security, Consumer<String> told) {
    this.address = address;
    this.agents = new JoinedAgents(security, told);
    JobFolders folders = new JobFolders(root);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("dashboard");
    server = new Server(threads);
    server.setStopTimeout(STOP_MILLIS);
    connector = connector(security);
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(IDLE_MILLIS);
    // Browsers keep connections open; closing need not wait for idle ones.
    connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Sequence(
            new JoinHandler(security, agents),
            new GatewayHandler(security, agents),
            new DashboardHandler(
                new Routes(root, folders, agents), address.getAddress(), security.callers())));
    server.setErrorHandler(Dashboard::error);
  }

  private ServerConnector connector(HostSecurity security) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    AbstractHTTP2ServerConnectionFactory http2;
    ServerConnector made;
    Optional<SslContextFactory.Server> tls = security.tls();
    if (tls.isPresent()) {
      // A name in the request need not be one of the certificate's: who asks has checked that.
      http.addCustomizer(new SecureRequestCustomizer(false));
      http2 = new HTTP2ServerConnectionFactory(http);
      ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
      alpn.setDefaultProtocol(http1.getProtocol());
      SslConnectionFactory ssl = new SslConnectionFactory(tls.get(), alpn.getProtocol());
      made = new ServerConnector(server, 1, 1, ssl, alpn, http2, http1);
    } else {
      http2 = new HTTP2CServerConnectionFactory(http);
      made = new ServerConnector(server, 1, 1, http1, http2);
    }
    http2.setMaxConcurrentStreams(MAX_STREAMS);
    http2.setRateControlFactory(new WindowRateControl.Factory(MAX_EVENTS_PER_SECOND));
    // A call may be quiet while a batch runs; the agent ends those of a caller that has gone.
    http2.setStreamIdleTimeout(-1);
    made.addBean(security.connections(MAX_CONNECTIONS));
    return made;
  }

  /**
   * A dashboard that only this machine can reach.
   *
   * @param root folder below which the jobs are
   * @param port 0 for any free one
   * @throws BadInputException when the root is no folder
   */
  public static Dashboard onLoopback(Path root, int port) {
    return new Dashboard(
        root,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        HostSecurity.none(),
        line -> {});
  }

  /**
   * A dashboard on an address of the user's choice. Whoever the files let in can read all reports
   * and call all agents that join.
   *
   * @param told hears in a sentence of agents that come and go
   * @throws BadInputException when the root is no folder, the address is unknown, or the files do
   *     not protect it
   */
  public static Dashboard on(
      Path root, String host, int port, HostSecurity.Files files, Consumer<String> told) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new BadInputException(
          "the address " + host + " is unknown, expected one of this machine's");
    }
    return new Dashboard(root, address, HostSecurity.read(files, address.getAddress()), told);
  }

  /**
   * Begins to serve and returns.
   *
   * @throws BadInputException when the port is in use or not to be had
   */
  public void start() {
    try {
      server.start();
    } catch (IOException e) {
      close();
      throw new BadInputException(
          "cannot listen on %s port %d: %s; expected a free port of this machine"
              .formatted(address.getAddress().getHostAddress(), address.getPort(), reason(e)),
          e);
    } catch (Exception e) {
      close();
      throw new IllegalStateException("the dashboard does not start", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until it is closed. */
  public void join() throws InterruptedException {
    server.join();
  }

  @Override
  public void close() {
    agents.close();
    try {
      server.stop();
    } catch (TimeoutException e) {
      // Connections that others hold open: they are closed all the same.
      LOG.debug("connections were closed that others still held", e);
    } catch (Exception e) {
      throw new IllegalStateException("the dashboard does not stop", e);
    }
  }

  private static String reason(IOException e) {
    Throwable cause = e;
    while (cause.getCause() != null && !(cause instanceof BindException)) {
      cause = cause.getCause();
    }
    return cause instanceof BindException
        ? cause.getMessage().toLowerCase(Locale.ROOT)
        : cause.toString();
  }

  /** What Jetty itself refuses, such as a path that could be read in two ways. */
  private static boolean error(Request request, Response response, Callback callback)
      throws IOException {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    Object said = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    String reason = said == null ? HttpStatus.getMessage(status) : said.toString();
    DashboardHandler.send(
        Answer.sentence(status, "The request was refused: " + reason + "."),
        request,
        response,
        callback);
    return true;
  }
}
