package dev.plumbline.host.gateway;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.Callers;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.Promise;

/**
 * One call between its caller and a joined agent. Bytes go through as they are; the next are read
 * when the other side has taken the last, so that HTTP/2's windows hold back whoever is too fast.
 */
final class ForwardedCall implements Stream.Listener {
  /** Of the connection, of this host, or set by it. */
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "authorization", "cookie", GatewayHandler.DEVICE, "plumbline-caller");

  /**
   * An agent takes 8 KiB with what HTTP/2 adds. More than it takes breaks the connection that all
   * callers share.
   */
  private static final long MAX_HEAD_BYTES = 6 << 10;

  /** The end of an answer and its trailers come together. */
  private static final Duration TRAILERS = Duration.ofSeconds(2);

  private final JoinedAgent agent;
  private final Caller caller;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Upward upward = new Upward();
  private final Downward downward = new Downward();
  private final AtomicBoolean over = new AtomicBoolean();
  private final HttpFields.Mutable trailers = HttpFields.build();
  private volatile Stream stream;

  /** The agent has said all: its status, or that it is gone. */
  private volatile boolean hasStatus;

  private volatile boolean isAnswered;
  private volatile Optional<Status> verdict = Optional.empty();
  private volatile long ended;

  private ForwardedCall(
      JoinedAgent agent, Caller caller, Request request, Response response, Callback callback) {
    this.agent = agent;
    this.caller = caller;
    this.request = request;
    this.response = response;
    this.callback = callback;
  }

  /** Begins to hand a call on; it ends by itself. */
  static void begin(
      JoinedAgent agent,
      Caller caller,
      int share,
      Request request,
      Response response,
      Callback callback) {
    ForwardedCall call = new ForwardedCall(agent, caller, request, response, callback);
    Optional<Session> session = agent.session();
    MetaData.Request head = call.head();
    long bytes = bytes(head.getHttpFields());
    if (bytes > MAX_HEAD_BYTES) {
      GrpcAnswer.refuse(
          response,
          callback,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "the call has " + bytes + " bytes of metadata; expected at most " + MAX_HEAD_BYTES));
    } else if (session.isEmpty()) {
      GrpcAnswer.refuse(
          response,
          callback,
          Status.UNAVAILABLE.withDescription("agent '" + agent.name() + "' is just joining"));
    } else if (!agent.begin(call, share)) {
      GrpcAnswer.refuse(
          response,
          callback,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "agent '"
                  + agent.name()
                  + "' has "
                  + JoinedAgent.MAX_CALLS
                  + " calls open already, or "
                  + share
                  + " of this caller; expected no more than that"));
    } else {
      request.addFailureListener(call::callerGone);
      session
          .get()
          .newStream(
              new HeadersFrame(head, null, false),
              Promise.from(call::opened, call::agentGone),
              call);
    }
  }

  /** As HTTP/2 counts them. */
  private static long bytes(HttpFields fields) {
    long bytes = 0;
    for (HttpField field : fields) {
      bytes += 32L + field.getName().length() + String.valueOf(field.getValue()).length();
    }
    return bytes;
  }

  /** Whether both have the same caller. */
  boolean isOf(ForwardedCall other) {
    return caller.name().equals(other.caller.name());
  }

  private MetaData.Request head() {
    HttpFields.Mutable fields = HttpFields.build();
    for (HttpField field : request.getHeaders()) {
      if (!NOT_FORWARDED.contains(field.getLowerCaseName())) {
        fields.add(field);
      }
    }
    fields.put("plumbline-caller", caller.name());
    return new MetaData.Request(
        HttpMethod.POST.asString(),
        HttpURI.from("http://" + agent.name() + Request.getPathInContext(request)),
        HttpVersion.HTTP_2,
        fields);
  }

  private void opened(Stream opened) {
    stream = opened;
    if (over.get()) {
      reset(opened);
    } else {
      upward.iterate();
    }
  }

  @Override
  public void onHeaders(Stream from, HeadersFrame frame) {
    MetaData head = frame.getMetaData();
    if (head instanceof MetaData.Response answer) {
      response.setStatus(answer.getStatus());
      answer.getHttpFields().forEach(response.getHeaders()::add);
      isAnswered = true;
      hasStatus = frame.isEndStream();
      if (!hasStatus) {
        response.setTrailersSupplier(() -> trailers);
      }
    } else {
      head.getHttpFields().forEach(trailers::add);
      hasStatus = true;
    }
    stream = from;
    downward.iterate();
  }

  @Override
  public void onDataAvailable(Stream from) {
    downward.iterate();
  }

  @Override
  public void onReset(Stream from, ResetFrame frame, Callback done) {
    done.succeeded();
    ErrorCode code = ErrorCode.from(frame.getError());
    // As gRPC reads HTTP/2's codes.
    Status status =
        code == ErrorCode.REFUSED_STREAM_ERROR || agent.isLeaving()
            ? Status.UNAVAILABLE
            : code == ErrorCode.CANCEL_STREAM_ERROR ? Status.CANCELLED : Status.INTERNAL;
    end(status.withDescription("agent '" + agent.name() + "' broke the call off (" + code + ")"));
  }

  @Override
  public void onFailure(Stream from, int error, String reason, Throwable failure, Callback done) {
    done.succeeded();
    agentGone(failure);
  }

  private void agentGone(Throwable failure) {
    lost();
  }

  /** Nobody will answer it any more. */
  void lost() {
    end(
        Status.UNAVAILABLE.withDescription(
            "the connection to agent '" + agent.name() + "' was lost"));
  }

  /** After what the agent has answered, this status, unless it has given its own. */
  private void end(Status status) {
    if (!hasStatus) {
      verdict = Optional.of(status);
      downward.iterate();
    }
  }

  /** Ends the call if its caller is no longer one, or if the agent leaves its status out. */
  void check(Callers callers) {
    if (!callers.stillAdmits(caller)) {
      end(
          Status.UNAUTHENTICATED.withDescription(
              "caller '" + caller.name() + "' may no longer call this host"));
      Stream current = stream;
      if (current != null) {
        reset(current);
      }
    } else if (ended != 0 && System.nanoTime() - ended > TRAILERS.toNanos()) {
      end(
          Status.INTERNAL.withDescription(
              "agent '" + agent.name() + "' ended its answer without a status"));
    }
  }

  /** The caller has cancelled, or is lost. */
  private void callerGone(Throwable failure) {
    if (over.compareAndSet(false, true)) {
      Stream current = stream;
      if (current != null) {
        reset(current);
      }
      agent.ended(this);
      callback.failed(failure);
    }
  }

  private static void reset(Stream stream) {
    stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
  }

  private void finish() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    agent.ended(this);
    Stream current = stream;
    if (current != null && !current.isClosed()) {
      // It waits for more of a call that it has answered already.
      reset(current);
    }
    if (!isAnswered && verdict.isPresent()) {
      GrpcAnswer.refuse(response, callback, verdict.get());
      return;
    }
    verdict.ifPresent(status -> GrpcAnswer.put(trailers, status));
    response.write(true, BufferUtil.EMPTY_BUFFER, callback);
  }

  /** From the caller to the agent. */
  private final class Upward extends IteratingCallback {
    private Content.Chunk current;
    private boolean last;

    @Override
    protected Action process() {
      release();
      if (last || over.get()) {
        return Action.SUCCEEDED;
      }
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this::iterate);
        return Action.IDLE;
      }
      if (Content.Chunk.isFailure(chunk)) {
        callerGone(chunk.getFailure());
        return Action.SUCCEEDED;
      }
      current = chunk;
      last = chunk.isLast();
      stream.data(new DataFrame(stream.getId(), chunk.getByteBuffer(), last), this);
      return Action.SCHEDULED;
    }

    private void release() {
      if (current != null) {
        current.release();
        current = null;
      }
    }

    /** Where the agent has ended the call, its status tells; where it is gone, the session does. */
    @Override
    protected void onCompleteFailure(Throwable cause) {
      release();
    }
  }

  /** From the agent to the caller. */
  private final class Downward extends IteratingCallback {
    private Stream.Data current;
    private boolean drained;

    @Override
    protected Action process() {
      release();
      if (over.get()) {
        return Action.SUCCEEDED;
      }
      Stream from = stream;
      Stream.Data data = drained || from == null ? null : from.readData();
      if (data != null && !isEnd(data)) {
        current = data;
        response.write(false, data.frame().getByteBuffer(), this);
        return Action.SCHEDULED;
      }
      if (data != null) {
        data.release();
        drained = true;
        ended = System.nanoTime();
      }
      if (verdict.isPresent() || (drained && hasStatus)) {
        finish();
        return Action.SUCCEEDED;
      }
      if (!drained && from != null) {
        from.demand();
      }
      return Action.IDLE;
    }

    private static boolean isEnd(Stream.Data data) {
      return data.frame().isEndStream() && data.frame().remaining() == 0;
    }

    private void release() {
      if (current != null) {
        current.release();
        current = null;
      }
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      release();
      callerGone(cause == null ? new CancellationException() : cause);
    }
  }
}
