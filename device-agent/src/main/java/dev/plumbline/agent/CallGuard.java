package dev.plumbline.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.plumbline.agent.security.CallTicket;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every call.
 *
 * <p>It closes a call that the host has cancelled: on a servlet container a cancelled call
 * otherwise stays open for good. It swallows what is sent after the end of a call, which may come
 * from another thread at any time, and on a servlet container could reach the wrong call. And it
 * turns exceptions into statuses.
 */
final class CallGuard implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);
  private static final Status GIVEN_UP = Status.CANCELLED.withDescription("cancelled by the host");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CallTicket ticket = CallTicket.current();
    Once<Q, A> once = new Once<>(call, ticket);
    ticket.endBy(status -> once.close(status, new Metadata()));
    try {
      return new Guarded<>(once, ticket, next.startCall(once, headers));
    } catch (RuntimeException e) {
      once.fail(e);
      return new ServerCall.Listener<>() {};
    }
  }

  /** A call that ends once. */
  private static final class Once<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final CallTicket ticket;
    private boolean ended;

    /** An answer found nobody who waits for it: the call has not gone well, whatever comes. */
    private boolean unsent;

    Once(ServerCall<Q, A> call, CallTicket ticket) {
      super(call);
      this.ticket = ticket;
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      send(() -> super.sendHeaders(headers));
    }

    @Override
    public synchronized void sendMessage(A message) {
      send(() -> super.sendMessage(message));
    }

    private void send(Runnable part) {
      if (ended || isCancelled()) {
        unsent = true;
        return;
      }
      try {
        part.run();
      } catch (RuntimeException e) {
        // Either the container has taken the stream away before gRPC has heard that the host has
        // cancelled the call; or gRPC has heard, and takes the stream down in another thread.
        if (!(e instanceof IllegalStateException) && !ticket.isClosed()) {
          throw e;
        }
        LOG.debug("an answer of {} came too late", getMethodDescriptor().getFullMethodName(), e);
        unsent = true;
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (ended) {
        return;
      }
      ended = true;
      try {
        super.close(status.isOk() && unsent ? GIVEN_UP : status, trailers);
      } catch (RuntimeException e) {
        if (!(e instanceof IllegalStateException) && !ticket.isClosed()) {
          throw e;
        }
        LOG.debug("the end of {} came too late", getMethodDescriptor().getFullMethodName(), e);
      }
    }

    synchronized boolean hasEnded() {
      return ended;
    }

    void fail(RuntimeException e) {
      if (hasEnded()) {
        // The call was ended from elsewhere while this was under way.
        LOG.debug("after the end of {}", getMethodDescriptor().getFullMethodName(), e);
        return;
      }
      Status status;
      if (e instanceof RefusedException refused) {
        status = refused.status();
        LOG.info("{}: {}", getMethodDescriptor().getBareMethodName(), e.getMessage());
      } else if (e.getCause() instanceof InvalidProtocolBufferException) {
        status =
            Status.INVALID_ARGUMENT.withDescription(
                "a message is no protobuf of what the call expects");
      } else {
        status = Status.INTERNAL.withDescription("the agent failed: " + e).withCause(e);
        LOG.error("{} failed", getMethodDescriptor().getBareMethodName(), e);
      }
      close(status, new Metadata());
    }
  }

  private static final class Guarded<Q, A> extends SimpleForwardingServerCallListener<Q> {
    private final Once<Q, A> call;
    private final CallTicket ticket;

    Guarded(Once<Q, A> call, CallTicket ticket, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
      this.ticket = ticket;
    }

    @Override
    public void onMessage(Q message) {
      if (!call.hasEnded()) {
        guarded(() -> super.onMessage(message));
      }
      ticket.processed();
    }

    @Override
    public void onHalfClose() {
      if (!call.hasEnded()) {
        guarded(super::onHalfClose);
      }
    }

    @Override
    public void onCancel() {
      call.close(GIVEN_UP, new Metadata());
      super.onCancel();
    }

    private void guarded(Runnable handler) {
      try {
        handler.run();
      } catch (RuntimeException e) {
        call.fail(e);
      }
    }
  }
}
