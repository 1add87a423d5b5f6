package dev.plumbline.host.web;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Shows the jobs below a folder in a browser, and as JSON to programs. Changes nothing. */
public final class Dashboard implements AutoCloseable {
  private static final int THREADS = 16;
  private static final long IDLE_MILLIS = 30_000;
  private static final long STOP_MILLIS = 2_000;
  private static final long STOP_IDLE_MILLIS = 100;

  private final InetSocketAddress address;
  private final Server server;
  private final ServerConnector connector;

  private Dashboard(Path root, InetSocketAddress address) {
    this.address = address;
    JobFolders folders = new JobFolders(root);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("dashboard");
    server = new Server(threads);
    server.setStopTimeout(STOP_MILLIS);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(address.getAddress().getHostAddress());
    connector.setPort(address.getPort());
    connector.setIdleTimeout(IDLE_MILLIS);
    // Browsers keep connections open; closing need not wait for idle ones.
    connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
    server.addConnector(connector);
    server.setHandler(new DashboardHandler(new Routes(root, folders), address.getAddress()));
    server.setErrorHandler(Dashboard::error);
  }

  /**
   * A dashboard that only this machine can reach.
   *
   * @param root folder below which the jobs are
   * @param port 0 for any free one
   * @throws BadInputException when the root is no folder
   */
  public static Dashboard onLoopback(Path root, int port) {
    return new Dashboard(root, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * A dashboard on an address of the user's choice. Whoever reaches it can read all reports.
   *
   * @throws BadInputException when the root is no folder or the address is unknown
   */
  public static Dashboard on(Path root, String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new BadInputException(
          "the address " + host + " is unknown, expected one of this machine's");
    }
    return new Dashboard(root, address);
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
    try {
      server.stop();
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
