package dev.plumbline.host.gateway;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.Callers;
import dev.plumbline.device.v1.JoinServiceGrpc;
import dev.plumbline.device.v1.ListAgentsResponse;
import io.grpc.Status;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Takes calls of gRPC and hands each to the joined agent that it names. */
public final class GatewayHandler extends Handler.Abstract.NonBlocking {
  /** Metadata that names the agent. */
  static final String DEVICE = "plumbline-device";

  /** Trailer that tells an agent that is not joined from whatever an agent itself does not find. */
  static final String ABSENT = "plumbline-absent";

  private static final String LIST =
      "/" + JoinServiceGrpc.getListAgentsMethod().getFullMethodName();

  private final HostSecurity security;
  private final JoinedAgents agents;

  public GatewayHandler(HostSecurity security, JoinedAgents agents) {
    this.security = security;
    this.agents = agents;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type == null
        || !type.startsWith("application/grpc")
        || !HttpMethod.POST.is(request.getMethod())
        || request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      return false;
    }
    if (Browsers.isFromElsewhere(request)) {
      GrpcAnswer.refuse(
          response,
          callback,
          Status.PERMISSION_DENIED.withDescription(
              "the call comes from a page of another site; expected a program"));
      return true;
    }
    Caller caller;
    try {
      caller = Credentials.caller(security.callers(), request);
    } catch (Callers.NotAdmittedException e) {
      GrpcAnswer.refuse(response, callback, Status.UNAUTHENTICATED.withDescription(e.getMessage()));
      return true;
    }
    if (Request.getPathInContext(request).equals(LIST)) {
      GrpcAnswer.answer(response, callback, list());
      return true;
    }
    String name = request.getHeaders().get(DEVICE);
    if (name == null) {
      GrpcAnswer.refuse(
          response,
          callback,
          Status.INVALID_ARGUMENT.withDescription(
              "the call names no device; expected the metadata "
                  + DEVICE
                  + ", as an address of the form HOST:PORT/NAME sets it"));
      return true;
    }
    Optional<JoinedAgent> agent = agents.named(name);
    if (agent.isEmpty()) {
      response.getHeaders().put(ABSENT, name);
      GrpcAnswer.refuse(
          response,
          callback,
          Status.NOT_FOUND.withDescription("no agent of the name '" + name + "' is joined"));
      return true;
    }
    int share =
        security.callers().askForSomething() ? JoinedAgent.MAX_CALLS / 2 : JoinedAgent.MAX_CALLS;
    ForwardedCall.begin(agent.get(), caller, share, request, response, callback);
    return true;
  }

  private ListAgentsResponse list() {
    ListAgentsResponse.Builder list = ListAgentsResponse.newBuilder();
    for (JoinedAgent agent : agents.all()) {
      list.addAgentsBuilder()
          .setName(agent.name())
          .setAddress(agent.address())
          .setJoinedUnixMillis(agent.since().toEpochMilli())
          .setOpenCalls(agent.openCalls())
          .setFingerprint(agent.fingerprint());
    }
    return list.build();
  }
}
