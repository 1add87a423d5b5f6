package dev.plumbline.host.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.Callers;
import dev.plumbline.agent.security.DeviceName;
import dev.plumbline.device.v1.DescribeResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.HTTP2ClientConnectionFactory;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** Lets agents join: checks who they are, and turns the roles of the connection round. */
public final class JoinHandler extends Handler.Abstract {
  private static final String PATH = "/join";
  private static final String PROTOCOL = "plumbline-join";
  private static final int STREAM_WINDOW = 512 << 10;

  /** All calls share one connection: one whose answers are not read must not hold the others. */
  private static final int CONNECTION_WINDOW = JoinedAgent.MAX_CALLS * STREAM_WINDOW;

  private final HostSecurity security;
  private final JoinedAgents agents;
  private final HTTP2Client http2 = new HTTP2Client();

  public JoinHandler(HostSecurity security, JoinedAgents agents) {
    this.security = security;
    this.agents = agents;
    http2.setInitialSessionRecvWindow(CONNECTION_WINDOW);
    http2.setInitialStreamRecvWindow(STREAM_WINDOW);
    http2.setMaxConcurrentPushedStreams(0);
    http2.setStreamIdleTimeout(-1);
  }

  @Override
  protected void doStart() throws Exception {
    http2.setExecutor(getServer().getThreadPool());
    http2.setScheduler(getServer().getScheduler());
    http2.setByteBufferPool(getServer().getByteBufferPool());
    super.doStart();
  }

  /** Why an agent may not join. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    RefusedException(int status, String sentence) {
      super(sentence);
      this.status = status;
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!Request.getPathInContext(request).equals(PATH)) {
      return false;
    }
    try {
      JoinedAgent agent = admit(request);
      Optional<JoinedAgent> holder = agents.hold(agent);
      if (holder.isPresent()) {
        throw new RefusedException(
            HttpStatus.CONFLICT_409,
            "the name '"
                + agent.name()
                + "' is held by the agent at "
                + holder.get().address()
                + ", joined since "
                + holder.get().since()
                + "; expected another name, or that one to leave");
      }
      turnRound(agent, request, response, callback);
    } catch (RefusedException e) {
      response.setStatus(e.status);
      response
          .getHeaders()
          .put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8")
          .put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
      response.write(
          true, ByteBuffer.wrap(e.getMessage().getBytes(StandardCharsets.UTF_8)), callback);
    }
    return true;
  }

  private JoinedAgent admit(Request request) throws RefusedException {
    boolean upgrade =
        request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
            && HttpMethod.GET.is(request.getMethod())
            && PROTOCOL.equals(request.getHeaders().get(HttpHeader.UPGRADE))
            && request.getHeaders().contains(HttpHeader.CONNECTION, "upgrade");
    if (!upgrade) {
      throw new RefusedException(
          HttpStatus.UPGRADE_REQUIRED_426,
          "agents join here; expected an upgrade to " + PROTOCOL + " over HTTP/1.1");
    }
    if (Browsers.isFromElsewhere(request)) {
      throw new RefusedException(
          HttpStatus.FORBIDDEN_403,
          "agents join here, and this comes from a page of another site; expected an agent");
    }
    if (security.joiners().isEmpty()) {
      throw new RefusedException(
          HttpStatus.FORBIDDEN_403,
          "this host lets no agent join; expected it to run with --join-token-file or"
              + " --join-client-ca");
    }
    Caller caller;
    try {
      caller = Credentials.caller(security.joiners().get(), request);
    } catch (Callers.NotAdmittedException e) {
      throw new RefusedException(HttpStatus.UNAUTHORIZED_401, e.getMessage());
    }
    String name = Objects.requireNonNullElse(request.getHeaders().get("Plumbline-Name"), "");
    if (!DeviceName.is(name)) {
      throw new RefusedException(
          HttpStatus.BAD_REQUEST_400,
          "the agent's name cannot be used; expected " + DeviceName.FORM);
    }
    if (!caller.mayBe(name)) {
      throw new RefusedException(
          HttpStatus.FORBIDDEN_403,
          "'"
              + caller.name()
              + "' may not join as '"
              + name
              + "'; expected the name that the token has at the host, or that the certificate is"
              + " for");
    }
    if (agents.isFull()) {
      throw new RefusedException(
          HttpStatus.SERVICE_UNAVAILABLE_503,
          JoinedAgents.MAX_AGENTS + " agents are joined already; expected no more than that");
    }
    String address =
        Request.getRemoteAddr(request).replaceFirst("^(.*:.*)$", "[$1]")
            + ":"
            + Request.getRemotePort(request);
    return new JoinedAgent(name, address, caller, description(request), Instant.now());
  }

  private static DescribeResponse description(Request request) throws RefusedException {
    String text = Objects.requireNonNullElse(request.getHeaders().get("Plumbline-Description"), "");
    try {
      return DescribeResponse.parseFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw new RefusedException(
          HttpStatus.BAD_REQUEST_400,
          "Plumbline-Description is no DescribeResponse in base64; expected an agent of a version"
              + " that fits");
    }
  }

  private void turnRound(JoinedAgent agent, Request request, Response response, Callback callback) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    // From here on heartbeats tell whether the agent is there.
    endPoint.setIdleTimeout(0);
    Map<String, Object> context = new HashMap<>();
    context.put(HTTP2Client.CONTEXT_KEY, http2);
    context.put(HTTP2Client.SESSION_LISTENER_CONTEXT_KEY, new Leaving(agent));
    context.put(
        HTTP2Client.SESSION_PROMISE_CONTEXT_KEY,
        Promise.<Session>from(
            session -> {
              agent.ready(session);
              agents.joined(agent);
            },
            failure -> agents.lose(agent, "its connection failed")));
    Connection client = new HTTP2ClientConnectionFactory().newConnection(endPoint, context);
    client.addEventListener(
        new Connection.Listener() {
          @Override
          public void onClosed(Connection closed) {
            agents.lose(agent, "its connection was closed");
          }
        });
    agent.over(client);
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, client);
    response.setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
    response
        .getHeaders()
        .put(HttpHeader.UPGRADE, PROTOCOL)
        .put(HttpHeader.CONNECTION, HttpHeader.UPGRADE.asString());
    Request.addCompletionListener(
        request,
        failure -> {
          if (failure != null) {
            agents.lose(agent, "its connection broke before it had joined");
          }
        });
    response.write(true, null, callback);
  }

  /** An agent that stops takes no more calls, and may come back while it ends its last ones. */
  private final class Leaving implements Session.Listener {
    private final JoinedAgent agent;

    Leaving(JoinedAgent agent) {
      this.agent = agent;
    }

    @Override
    public void onGoAway(Session session, GoAwayFrame frame) {
      agents.leave(agent, "it stops");
    }

    @Override
    public void onClose(Session session, GoAwayFrame frame, Callback callback) {
      agents.lose(agent, "its connection was closed");
      callback.succeeded();
    }

    @Override
    public void onFailure(Session session, Throwable failure, Callback callback) {
      agents.lose(agent, "its connection broke");
      callback.succeeded();
    }
  }
}
