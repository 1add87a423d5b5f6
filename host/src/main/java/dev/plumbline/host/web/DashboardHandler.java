package dev.plumbline.host.web;

import dev.plumbline.agent.security.Callers;
import dev.plumbline.host.gateway.Browsers;
import dev.plumbline.host.gateway.Credentials;
import dev.plumbline.host.report.html.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests, with the headers that keep a browser from doing more than show a page. */
final class DashboardHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardHandler.class);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final Routes routes;
  private final InetAddress bound;
  private final Callers callers;

  /**
   * @param callers who may see anything
   */
  DashboardHandler(Routes routes, InetAddress bound, Callers callers) {
    this.routes = routes;
    this.bound = bound;
    this.callers = callers;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws IOException {
    send(answer(request, response), request, response, callback);
    return true;
  }

  private Answer answer(Request request, Response response) {
    if (!isForUs(Request.getServerName(request))) {
      return Answer.sentence(
          421, "This dashboard answers to localhost only, and was asked for by another name.");
    }
    if (Browsers.isFromElsewhere(request)) {
      return Answer.sentence(
          403, "This dashboard answers to its own pages, and was asked by one of another site.");
    }
    try {
      Credentials.caller(callers, request);
    } catch (Callers.NotAdmittedException e) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"Plumbline\"");
      return Answer.sentence(
          401, e.getMessage() + "; in a browser the token goes where a password is asked for.");
    }
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      return Answer.sentence(405, "This dashboard only shows: ask with GET or HEAD.");
    }
    try {
      return routes.answer(Request.getPathInContext(request));
    } catch (RuntimeException e) {
      LOG.error("cannot answer {} {}", method, request.getHttpURI().getPath(), e);
      return Answer.sentence(500, "The dashboard could not answer; its log says why.");
    }
  }

  /**
   * A page of a stranger's site can point a name of its own at this machine and so read what only
   * listens here; the name in the request then gives it away.
   */
  private boolean isForUs(String name) {
    return !bound.isLoopbackAddress()
        || name != null
            && (LOOPBACK.contains(name.toLowerCase(Locale.ROOT))
                || name.equals(bound.getHostAddress()));
  }

  /** Sends an answer; a HEAD request gets its headers alone. */
  static void send(Answer answer, Request request, Response response, Callback callback)
      throws IOException {
    response.setStatus(answer.status());
    headers(response, answer.type());
    boolean head = request.getMethod().equals("HEAD");
    if (answer instanceof Answer.File file) {
      sendFile(file.path(), head, request, response, callback);
    } else if (answer instanceof Answer.Content content) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.bytes().length);
      if (head) {
        callback.succeeded();
      } else {
        response.write(true, ByteBuffer.wrap(content.bytes()), callback);
      }
    }
  }

  /** Opened once: the file may be replaced by a newer one between its size and its bytes. */
  private static void sendFile(
      Path path, boolean head, Request request, Response response, Callback callback)
      throws IOException {
    SeekableByteChannel channel =
        Files.newByteChannel(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    long size;
    try {
      size = channel.size();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, size);
    if (head) {
      channel.close();
      callback.succeeded();
    } else {
      // The source closes the channel when it ends or fails.
      ByteBufferPool.Sized pool =
          new ByteBufferPool.Sized(request.getComponents().getByteBufferPool());
      Content.copy(Content.Source.from(pool, channel, 0, size), response, callback);
    }
  }

  private static void headers(Response response, String type) {
    response
        .getHeaders()
        .put(HttpHeader.CONTENT_TYPE, type)
        .put(HttpHeader.CACHE_CONTROL, "no-store")
        .put(
            new HttpField(
                "Content-Security-Policy",
                Page.CONTENT_SECURITY_POLICY + "; frame-ancestors 'none'"))
        .put("X-Content-Type-Options", "nosniff")
        .put("X-Frame-Options", "DENY")
        .put("Referrer-Policy", "no-referrer")
        .put("Cross-Origin-Opener-Policy", "same-origin")
        .put("Cross-Origin-Resource-Policy", "same-origin");
  }
}
